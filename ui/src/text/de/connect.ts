import type { LadderProblem, Rung, SyncFailureKind } from "../../ipc/bindings";
import type { connect as English } from "../en/connect";
import type { Shape } from "../shape";
import type { ByCode } from "../errors";
import { errors } from "./errors";

/** Ein Gerät verbinden: was wo einzugeben ist und wie weit es kam. `{…}` sind Werte. */
export const connect = {
  title: "Gerät verbinden",
  about:
    "Was in Anki auf einem anderen Computer oder Handy einzugeben ist und wie weit dieses Gerät kommt.",
  show: "Schritte zeigen",
  hide: "Schritte verbergen",
  devices: "Zu verbindendes Gerät",
  computer: "Computer",
  android: "Android",
  iphone: "iPhone",
  user: "Benutzer",
  notRunning: "Starten Sie den Server: Dann stehen hier die Schritte mit seiner Adresse.",
  steps: {
    computer: [
      "Öffnen Sie in Anki auf jenem Computer **Extras → Einstellungen → Synchronisierung**. Ist dort jemand angemeldet, klicken Sie zuerst auf **Abmelden**.",
      "Geben Sie ganz unten als **Selbstgehosteter Synchronisierungsserver** ein: {address}",
      "Klicken Sie darüber auf **Anmelden**. Wo **AnkiWeb-E-Mail** steht, kommt der Benutzername {user} hin und darunter das Passwort dieses Benutzers.",
      "Lassen Sie Anki synchronisieren. Wählen Sie auf dem ersten Gerät **Hochladen**, auf jedem weiteren **Herunterladen**.",
    ],
    android: [
      "Öffnen Sie in AnkiDroid **Einstellungen → Synchronisierung** und dort den eigenen Server (englisch **Custom sync server**).",
      "Geben Sie als Adresse (englisch **Sync URL**) ein: {address}",
      "Gehen Sie zurück zu **Einstellungen → Synchronisierung** und melden Sie sich beim Konto an. Wo nach der **E-Mail** gefragt wird, kommt der Benutzername {user} hin, danach das Passwort dieses Benutzers.",
      "Tippen Sie auf das Symbol zum Synchronisieren. Wählen Sie auf dem ersten Gerät **Hochladen**, auf jedem weiteren **Herunterladen**.",
    ],
    iphone: [
      "Öffnen Sie in AnkiMobile die **Einstellungen → Synchronisierung** (englisch **Syncing**) und dort den Eintrag für einen eigenen Server. Er heißt je nach Version anders.",
      "Geben Sie als dessen Adresse ein: {address}",
      "Gehen Sie zurück und tippen Sie auf Synchronisieren. Wo nach der **E-Mail** gefragt wird, kommt der Benutzername {user} hin, danach das Passwort dieses Benutzers.",
      "Fragt iOS, ob Anki Geräte im lokalen Netzwerk finden darf, erlauben Sie es.",
      "Wählen Sie auf dem ersten Gerät **Hochladen**, auf jedem weiteren **Herunterladen**.",
    ],
  },
  meaning:
    "Wo Anki „AnkiWeb“ sagt, ist dieser Computer gemeint. Beginnen Sie mit dem Gerät, das alle Ihre Karten hat: **Hochladen** bringt seine Karten hierher, **Herunterladen** ersetzt, was auf dem Gerät ist.",
  oldComputer: "Anki vor 2.1.57",
  oldComputerText:
    "Diese Versionen haben kein Feld für die Adresse. Starten Sie Anki mit diesen beiden Umgebungsvariablen und melden Sie sich dann an wie oben.",
  oldAndroid: "AnkiDroid vor 2.16",
  oldAndroidText:
    "Diese Versionen haben zwei Felder, unter **Einstellungen → Erweitert → Custom sync server**: das erste für die Sammlung, das zweite für Medien.",
  progress: "Wie weit das Gerät kam",
  waiting: "Wartet auf ein Gerät. Dies füllt sich von selbst, während Sie den Schritten folgen.",
  again: "Auf ein anderes Gerät warten",
  rungs: {
    reached: "Computer erreicht",
    right_path: "Richtiger Pfad",
    known_user: "Benutzer bekannt",
    password_accepted: "Passwort stimmt",
    synced: "Abgeglichen",
  } satisfies Record<Rung, string>,
  done: "erledigt",
  failed: "nicht geschafft",
  open: "noch offen",
  next: {
    reached: "Ein Gerät erreicht diesen Computer. Machen Sie in Anki auf dem Gerät weiter.",
    right_path: "Anki auf dem Gerät spricht mit diesem Server. Melden Sie sich dort an.",
    known_user: "Der Benutzer ist bekannt. Weiter geht es mit dem Passwort auf dem Gerät.",
    password_accepted:
      "Das Gerät ist angemeldet. Lassen Sie es abgleichen: das erste Gerät mit Hochladen, weitere mit Herunterladen.",
    synced: "Fertig. Dieses Gerät gleicht ab.",
  } satisfies Record<Rung, string>,
  problem: {
    https_spoken: () =>
      "Dem Gerät wurde eine Adresse mit https gegeben. Geben Sie sie mit http am Anfang ein: {address}",
    wrong_path: () =>
      "Das Gerät fragte nach {path}, das ist keine Adresse dieses Servers. Geben Sie genau dies ein: {address}",
    unknown_name: ({ nearest }) =>
      nearest === null
        ? "Ein Gerät meldete sich als {name} an. Diesen Benutzer gibt es nicht. Prüfen Sie die Schreibweise auf dem Gerät oder legen Sie den Benutzer an."
        : "Ein Gerät meldete sich als {name} an. Diesen Benutzer gibt es nicht. Meinten Sie {nearest}? Das gehört dorthin, wo Anki nach der E-Mail fragt.",
    wrong_password: () =>
      "Das Passwort für {user} war falsch. Geben Sie es auf dem Gerät neu ein; ist es vergessen, setzen Sie unter „Benutzer“ ein neues.",
    disabled: () =>
      "{user} ist gesperrt, darum wurde das Gerät abgewiesen. Geben Sie den Benutzer unter „Benutzer“ frei.",
    unknown_key: () =>
      "Das Gerät ist bei einem anderen Server angemeldet oder wurde hier abgemeldet. Melden Sie sich in Anki auf dem Gerät ab und wieder an.",
    slowed_down: () =>
      "Es gab zu viele falsche Passwörter. Warten Sie eine Minute und melden Sie sich dann mit dem richtigen an.",
    server_fault: () =>
      "Das Gerät kam durch, aber dieser Computer konnte die Daten nicht lesen oder ablegen. Prüfen Sie, ob der Speicherordner da ist, beschrieben werden darf und Platz hat und kein anderes Programm ihn benutzt; dann versuchen Sie es auf dem Gerät noch einmal.",
    sync_failed: ({ failure }) => errors.sync[failure satisfies SyncFailureKind],
  } satisfies ByCode<LadderProblem>,
  toUsers: "Benutzer öffnen",
  nothingArrives: "Es kommt nichts an?",
  browserTest:
    "Öffnen Sie {address} im Browser des Geräts. Sagt eine Seite, wessen Computer das ist, stimmt das Netz: Vergleichen Sie die Adresse in Anki. Kommt keine Seite, liegt es an einem davon:",
  hints: [
    "Ist das Gerät im selben Netz wie dieser Computer? Mobile Daten zählen nicht.",
    "Ein Gäste-WLAN trennt die Geräte voneinander. Verwenden Sie für beide das Haupt-WLAN.",
    "Eine Firewall auf diesem Computer sperrt vielleicht den Server: Erlauben Sie dort Anki Sync Tray, Port {port}.",
    "Ein VPN auf dem Gerät oder auf diesem Computer führt vielleicht an Ihrem Netz vorbei. Schalten Sie es zur Probe aus.",
  ],
  iphoneHint:
    "Öffnen Sie auf dem iPhone **Einstellungen → Anki** und schalten Sie **Lokales Netzwerk** aus und wieder ein.",
} satisfies Shape<typeof English>;

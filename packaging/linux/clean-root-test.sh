#!/bin/sh
# Runs as root inside a fresh Debian: installs the package /test/*.deb as a person
# would, starts it from its menu entry, looks at it, and removes it again.
# `cargo xtask package-test` prepares the Debian and calls this.
set -eu

say() { printf '== %s\n' "$*"; }
fail() { printf 'FAILED: %s\n' "$*" >&2; exit 1; }
# Tries a command until it works, for up to half a minute.
until_it_works() {
    tries=0
    until "$@" > /test/last 2>&1; do
        tries=$((tries + 1))
        [ "$tries" -lt 150 ] || { cat /test/last >&2; return 1; }
        sleep 0.2
    done
}
as_anna() { setpriv --reuid anna --regid anna --init-groups env -i HOME=/home/anna PATH=/usr/bin:/bin LANG=C.UTF-8 "$@"; }
install() { apt-get install -qq -y --no-install-recommends "$@" > /test/apt.log 2>&1 || { cat /test/apt.log >&2; fail "apt-get install $*"; }; }

export DEBIAN_FRONTEND=noninteractive
# Else apt throws them away once they are installed.
echo 'Binary::apt-get::APT::Keep-Downloaded-Packages "true";' > /etc/apt/apt.conf.d/keep
PORT=$1
HOME_OF_ANNA=/home/anna

say "Installing the package with nothing but what it depends on"
apt-get update -qq
install /test/*.deb
for program in anki-sync-tray anki-sync-server; do
    missing=$(ldd "/usr/bin/$program" | grep 'not found' || true)
    [ -z "$missing" ] || fail "$program lacks $missing"
done
anki-sync-server --version

say "Installing what looks at it"
install dbus xvfb xdotool curl libgtk-3-bin desktop-file-utils appstream lintian rpm adwaita-icon-theme fonts-dejavu-core
desktop-file-validate /usr/share/applications/anki-sync-tray.desktop
appstreamcli validate --no-net /usr/share/metainfo/io.github.anki_sync_tray.AnkiSyncTray.metainfo.xml
lintian --tag-display-limit 0 /test/*.deb 2> /dev/null || true
for package in /test/*.rpm; do
    [ -e "$package" ] || continue
    rpm -qp --requires "$package"
    rpm -qp --list "$package" | grep -q '^/usr/bin/anki-sync-server$' || fail "the .rpm lacks the server"
done

say "Preparing a person's settings and user"
useradd --create-home anna
SETTINGS=$HOME_OF_ANNA/.config/anki-sync-tray/settings.json
STORAGE=$HOME_OF_ANNA/cards
as_anna mkdir -p "${SETTINGS%/*}" "$STORAGE"
printf '{"is_set_up":true,"storage":"%s","port":%s,"reach":"this_computer","language":"en"}\n' \
    "$STORAGE" "$PORT" > "$SETTINGS"
chown anna: "$SETTINGS"
printf 'a long password' | as_anna anki-sync-server --base "$STORAGE" user add anna

say "Starting it from its menu entry"
mkdir -p /test/screen
Xvfb :7 -screen 0 1100x800x24 -fbdir /test/screen > /test/xvfb.log 2>&1 &
XVFB=$!
# The session bus lives as long as the program.
as_anna DISPLAY=:7 dbus-run-session -- sh -c 'gtk-launch anki-sync-tray; exec sleep infinity' \
    > /test/app.log 2>&1 &
SESSION=$!
until_it_works curl --silent --fail "http://127.0.0.1:$PORT/health" || { cat /test/app.log; fail "the server does not answer"; }
say "The server answers: $(curl --silent "http://127.0.0.1:$PORT/health")"
export DISPLAY=:7
until_it_works xdotool search --onlyvisible --name 'Anki Sync Tray' || { cat /test/app.log; fail "no window opens"; }
# It has drawn itself when it stays as it is.
is_drawn() {
    cp /test/screen/Xvfb_screen0 /test/before.xwd
    sleep 1
    cmp -s /test/screen/Xvfb_screen0 /test/before.xwd && [ "$(od -An -v -tx4 -w4 -j4096 /test/before.xwd | sort -u | head -40 | wc -l)" -ge 40 ]
}
until_it_works is_drawn || say "The window stays empty, or keeps moving"
cp /test/screen/Xvfb_screen0 /test/window.xwd

say "The program without a window finds the same accounts"
as_anna anki-sync-server user list | grep -w anna || fail "anna is not listed"

say "Ending it as a logout does"
APP=$(pgrep --uid anna --oldest --exact anki-sync-tray)
kill -TERM "$APP"
has_ended() { ! pgrep --uid anna --exact anki-sync-tray; }
until_it_works has_ended || fail "it does not end"
kill "$SESSION" "$XVFB"

say "Removing the package: programs go, data stays"
sums() { find "$HOME_OF_ANNA/cards" "$SETTINGS" -type f -exec sha256sum {} + | sort -k 2; }
sums > /test/sums-before
apt-get purge -qq -y anki-sync-tray > /test/apt.log 2>&1 || { cat /test/apt.log; fail "it cannot be removed"; }
sums | diff /test/sums-before - || fail "removing the package changed data"
grep -q server.db /test/sums-before || fail "there was no data to keep"
left=$(find / -xdev \( -path /home -o -path /proc -o -path /dev -o -path /test -o -path /tmp -o -path /var/lib -o -path /var/log -o -path /var/cache \) -prune -o \
    \( -name 'anki-sync*' -o -name '_anki-sync*' -o -name 'io.github.anki_sync_tray*' \) -print)
[ -z "$left" ] || fail "it left $left"
say "All is well"

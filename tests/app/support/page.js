// What a person, or a screen reader, finds on the page. Put in front of each script.

const TIMEOUT = 40000;

const tidy = (text) => (text ?? "").replace(/\s+/g, " ").trim();

const byTag = {
  A: "link", ARTICLE: "article", ASIDE: "complementary", BUTTON: "button", DIALOG: "dialog",
  H1: "heading", H2: "heading", H3: "heading", H4: "heading", IMG: "img", LI: "listitem",
  MAIN: "main", NAV: "navigation", OL: "list", OPTION: "option", PROGRESS: "progressbar",
  SELECT: "combobox", SUMMARY: "button", TABLE: "table", TD: "cell", TEXTAREA: "textbox",
  TH: "columnheader", TR: "row", UL: "list",
};
const byType = { button: "button", checkbox: "checkbox", number: "spinbutton", radio: "radio", submit: "button" };

function role(element) {
  const given = element.getAttribute("role");
  if (given) return given.split(" ")[0];
  if (element.tagName === "INPUT") return byType[element.type] ?? "textbox";
  return byTag[element.tagName] ?? "";
}

function name(element) {
  const ids = element.getAttribute("aria-labelledby");
  if (ids) {
    const parts = ids.split(/\s+/).map((id) => document.getElementById(id)?.textContent);
    return tidy(parts.join(" "));
  }
  const label = element.getAttribute("aria-label");
  if (label) return tidy(label);
  if (element.labels?.length) return tidy([...element.labels].map((one) => one.textContent).join(" "));
  return tidy(element.innerText || element.getAttribute("alt") || element.getAttribute("title"));
}

function isVisible(element) {
  if (element.closest("[inert], [aria-hidden=true]")) return false;
  // Check boxes and radio buttons are often drawn by their labels.
  const drawn = element.tagName === "INPUT" && element.labels?.length ? element.labels[0] : element;
  return [element, drawn].some((one) => one.checkVisibility({ visibilityProperty: true }));
}

// What is above all else takes the clicks.
function top() {
  const dialogs = [...document.querySelectorAll("dialog[open], [role=dialog], [role=alertdialog]")];
  return dialogs.filter((one) => one.checkVisibility()).at(-1) ?? document.body;
}

function all(wantedRole, wantedName, isWhole) {
  const fits = (element) =>
    role(element) === wantedRole &&
    isVisible(element) &&
    (isWhole ? name(element) === wantedName : name(element).includes(wantedName));
  const found = [...top().querySelectorAll("*")].filter(fits);
  // Menus and messages may be placed beside the dialog they belong to.
  return found.length ? found : [...document.body.querySelectorAll("*")].filter(fits);
}

// Answers with the first value of `ask` that is not false-like, or null when time is over.
function until(ask) {
  return new Promise((answer) => {
    let observer, timer, limit;
    const finish = (value) => {
      observer.disconnect();
      clearInterval(timer);
      clearTimeout(limit);
      answer(value);
    };
    const look = () => {
      const value = ask();
      if (value) finish(value);
    };
    observer = new MutationObserver(look);
    observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    // Fields change their values, and animations end, without a mutation.
    timer = setInterval(look, 100);
    limit = setTimeout(() => finish(null), TIMEOUT);
    look();
  });
}

function outline() {
  const lines = [...document.body.querySelectorAll("*")]
    .filter((element) => role(element) && isVisible(element))
    .map((element) => `${role(element)} "${name(element).slice(0, 120)}"`);
  return `${lines.join("\n")}\n--- text\n${document.body.innerText}`;
}

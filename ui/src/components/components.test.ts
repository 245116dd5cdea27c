import { render, screen, waitFor } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { createRawSnippet } from "svelte";
import { describe, expect, it, vi } from "vitest";

import { axeProblems } from "../test/render";
import Button from "./Button.svelte";
import ConfirmDialog from "./ConfirmDialog.svelte";
import Copyable from "./Copyable.svelte";
import CopyButton from "./CopyButton.svelte";
import Field from "./Field.svelte";
import Menu from "./Menu.svelte";
import PasswordField from "./PasswordField.svelte";
import ProgressBar from "./ProgressBar.svelte";
import QrCode from "./QrCode.svelte";
import RadioGroup from "./RadioGroup.svelte";
import SegmentedControl from "./SegmentedControl.svelte";
import Select from "./Select.svelte";
import Switch from "./Switch.svelte";
import Tabs from "./Tabs.svelte";

const text = (words: string) => createRawSnippet(() => ({ render: () => `<p>${words}</p>` }));
const choices = [
  { value: "a", label: "First" },
  { value: "b", label: "Second", hint: "The other one" },
];

describe("Button", () => {
  it("takes no click while it is busy, and keeps the focus", async () => {
    const onclick = vi.fn();
    const { rerender } = render(Button, { onclick, children: text("Go") });
    const button = screen.getByRole("button", { name: "Go" });
    await userEvent.click(button);
    await rerender({ busy: true });
    await userEvent.click(button);
    expect(onclick).toHaveBeenCalledTimes(1);
    expect(button).toHaveFocus();
    expect(button).toHaveAttribute("aria-busy", "true");
  });
});

describe("Field", () => {
  it("describes its input by hint and error", () => {
    render(Field, { label: "Name", value: "", hint: "Short", error: "Type a name." });
    const input = screen.getByRole("textbox", { name: "Name" });
    expect(input).toHaveAccessibleDescription("Short Type a name.");
    expect(input).toBeInvalid();
  });

  it("shows and hides a password", async () => {
    render(PasswordField, { label: "Password", value: "x", showLabel: "Show", hideLabel: "Hide" });
    const input = screen.getByLabelText("Password");
    expect(input).toHaveAttribute("type", "password");
    await userEvent.click(screen.getByRole("button", { name: "Show" }));
    expect(input).toHaveAttribute("type", "text");
    expect(screen.getByRole("button", { name: "Hide" })).toBeVisible();
  });
});

describe("choices", () => {
  it("switch with a click on the name", async () => {
    const onchange = vi.fn();
    render(Switch, { label: "Start hidden", checked: false, onchange });
    await userEvent.click(screen.getByText("Start hidden"));
    expect(screen.getByRole("switch", { name: "Start hidden" })).toBeChecked();
    expect(onchange).toHaveBeenCalledWith(true);
  });

  it("come from a list", async () => {
    const onchange = vi.fn();
    render(Select, { label: "Which", value: "a", choices, onchange });
    await userEvent.selectOptions(screen.getByRole("combobox", { name: "Which" }), "Second");
    expect(onchange).toHaveBeenCalledWith("b");
  });

  it.each([RadioGroup, SegmentedControl])("move with the arrow keys", async (component) => {
    const onchange = vi.fn();
    render(component, { legend: "Which", value: "a", choices, onchange });
    expect(screen.getByRole("group", { name: "Which" })).toBeVisible();
    screen.getByRole("radio", { name: "First" }).focus();
    await userEvent.keyboard("{ArrowDown}");
    expect(screen.getByRole("radio", { name: "Second" })).toBeChecked();
    expect(onchange).toHaveBeenCalledWith("b");
  });
});

describe("ConfirmDialog", () => {
  const props = {
    open: false,
    title: "Remove anna?",
    confirmLabel: "Remove",
    cancelLabel: "Cancel",
    children: text("Her data stays."),
  };

  it("is labelled by its title and asks", async () => {
    const onconfirm = vi.fn();
    render(ConfirmDialog, { ...props, open: true, onconfirm });
    expect(screen.getByRole("dialog", { name: "Remove anna?" })).toBeVisible();
    await userEvent.click(screen.getByRole("button", { name: "Remove" }));
    expect(onconfirm).toHaveBeenCalled();
  });

  it("closes on Escape and gives the focus back", async () => {
    const onclose = vi.fn();
    const opener = document.body.appendChild(document.createElement("button"));
    opener.focus();
    render(ConfirmDialog, { ...props, open: true, onconfirm: vi.fn(), onclose });
    await userEvent.keyboard("{Escape}");
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(opener).toHaveFocus();
    expect(onclose).toHaveBeenCalledTimes(1);
    opener.remove();
  });
});

describe("copying", () => {
  const props = { value: "http://h/", label: "Copy address", copied: "Copied" };

  it.each([Copyable, CopyButton])("says that it was done", async (component) => {
    const copy = vi.fn(async () => true);
    render(component, { ...props, copy });
    await userEvent.click(screen.getByRole("button", { name: "Copy address" }));
    expect(copy).toHaveBeenCalledWith("http://h/");
    expect(await screen.findByRole("status")).toHaveTextContent("Copied");
  });

  it.each([Copyable, CopyButton])("says nothing when it failed", async (component) => {
    render(component, { ...props, copy: async () => false });
    await userEvent.click(screen.getByRole("button", { name: "Copy address" }));
    expect(screen.getByRole("status").textContent).toBe("");
  });
});

describe("ProgressBar", () => {
  it("tells the part that is done", () => {
    render(ProgressBar, { label: "Sync", value: 0.62, text: "34 of 55 MB" });
    const bar = screen.getByRole("progressbar", { name: "Sync" });
    expect(bar).toHaveAttribute("aria-valuenow", "62");
    expect(bar).toHaveAttribute("aria-valuetext", "34 of 55 MB");
  });

  it("tells no part while the end is not known", () => {
    render(ProgressBar, { label: "Sync", value: null });
    expect(screen.getByRole("progressbar")).not.toHaveAttribute("aria-valuenow");
  });
});

describe("QrCode", () => {
  it("has a name and four modules of white around it", () => {
    render(QrCode, { value: "http://192.168.1.20:8080/", label: "The address" });
    const code = screen.getByRole("img", { name: "The address" });
    const dark = [
      ...(code.querySelector("path")?.getAttribute("d") ?? "").matchAll(/M(\d+) (\d+)/g),
    ];
    const places = dark.flatMap(([, x, y]) => [Number(x), Number(y)]);
    const size = Number(code.getAttribute("viewBox")?.split(" ")[2]);
    expect(Math.min(...places)).toBe(4);
    expect(Math.max(...places)).toBe(size - 5);
  });
});

describe("Tabs and Menu", () => {
  it("change the panel with the arrow keys", async () => {
    const panel = createRawSnippet<[string]>((value) => ({
      render: () => `<p>Panel ${value()}</p>`,
    }));
    const { container } = render(Tabs, { label: "Which", value: "a", tabs: choices, panel });
    await userEvent.click(screen.getByRole("tab", { name: "First" }));
    await userEvent.keyboard("{ArrowRight}");
    expect(screen.getByRole("tab", { name: "Second" })).toHaveFocus();
    expect(screen.getByRole("tabpanel")).toHaveTextContent("Panel b");
    expect(await axeProblems(container)).toEqual([]);
  });

  it("open, choose and close with the keyboard", async () => {
    const onselect = vi.fn();
    render(Menu, { label: "More about anna", entries: [{ label: "Rename", onselect }] });
    screen.getByRole("button", { name: "More about anna" }).focus();
    await userEvent.keyboard("{Enter}");
    // Where nothing has a size, the list is never placed and has no role.
    await screen.findByText("Rename");
    await userEvent.keyboard("{ArrowDown}{Enter}");
    expect(onselect).toHaveBeenCalled();
    await waitFor(() => expect(screen.queryByText("Rename")).toBeNull());
  });
});

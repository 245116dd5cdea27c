// Our own drawings on a grid of 24, as strokes. Several paths make one icon.

/** The drawings by name. */
export const drawings = {
  home: "M4 11l8-7 8 7v9h-5v-6H9v6H4z",
  users: "M12 12a4 4 0 100-8 4 4 0 000 8zM4 21c1-5 4-7 8-7s7 2 8 7",
  activity: "M4 6h16M4 12h16M4 18h10",
  settings:
    "M4 7h8M18 7h2M4 17h2M12 17h8M15 10a3 3 0 100-6 3 3 0 000 6zM9 20a3 3 0 100-6 3 3 0 000 6z",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  check: "M5 12.5l4.5 4.5L19 7",
  cross: "M6 6l12 12M18 6L6 18",
  plus: "M12 5v14M5 12h14",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  chevron: "M7 10l5 5 5-5",
  back: "M14 6l-6 6 6 6",
  play: "M8 5l11 7-11 7z",
  stop: "M7 7h10v10H7z",
  pause: "M8 5v14M16 5v14",
  sync: "M19 12a7 7 0 01-12.5 4.3M5 12a7 7 0 0112.5-4.3M18 3.5v4.3h-4.3M6 20.5v-4.3h4.3",
  refresh: "M19 12a7 7 0 11-2.2-5.1M19 3.5V8h-4.5",
  up: "M12 19V5M6 11l6-6 6 6",
  down: "M12 5v14M6 13l6 6 6-6",
  info: "M12 21a9 9 0 100-18 9 9 0 000 18zM12 11v6M12 7.5h.01",
  warn: "M12 4l9 16H3zM12 10v5M12 17.5h.01",
  error: "M12 21a9 9 0 100-18 9 9 0 000 18zM12 7v6M12 16.5h.01",
  question: "M9 9a3 3 0 116 0c0 2-3 2.5-3 4.5M12 17.5h.01",
  eye: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 15a3 3 0 100-6 3 3 0 000 6z",
  eyeOff:
    "M4 4l16 16M10 5.7A9 9 0 0112 5.5c6 0 9.5 6.5 9.5 6.5a17 17 0 01-3 3.7M6.5 7.4A17 17 0 002.5 12S6 18.5 12 18.5a9 9 0 004.5-1.2",
  folder: "M3 19V6h6l2 2.5h10V19z",
  computer: "M4 5h16v11H4zM9 20h6M12 16v4",
  phone: "M7 3h10v18H7zM11 18h2",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10.5 11v5M13.5 11v5",
  key: "M8 18a4 4 0 100-8 4 4 0 000 8zM11 11l8-8M16 6l3 3",
  rename: "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",
  signOut: "M10 4H5v16h5M15 8l4 4-4 4M19 12H9",
  dot: "M12 15a3 3 0 100-6 3 3 0 000 6z",
  circle: "M12 17a5 5 0 100-10 5 5 0 000 10z",
  wifi: "M3 10a13 13 0 0118 0M6.5 13.5a8 8 0 0111 0M10 17a3 3 0 014 0M12 20h.01",
  network: "M9 4h6v5H9zM4 15h6v5H4zM14 15h6v5h-6zM12 9v3M7 15v-3h10v3",
} as const;

/** The name of an icon. */
export type IconName = keyof typeof drawings;

// Line icons drawn on a 20 by 20 grid in the colour of the text around them; always beside words or a name for those who listen.

const paths = {
  plus: "M10 4v12M4 10h12",
  upload: "M10 13V4M6.5 7.5 10 4l3.5 3.5M4 13v2.5h12V13",
  download: "M10 4v9M6.5 9.5 10 13l3.5-3.5M4 13v2.5h12V13",
  more: "M4.5 10a.5.5 0 1 0 1 0 .5.5 0 1 0-1 0M9.5 10a.5.5 0 1 0 1 0 .5.5 0 1 0-1 0M14.5 10a.5.5 0 1 0 1 0 .5.5 0 1 0-1 0",
  close: "m5.5 5.5 9 9M14.5 5.5l-9 9",
  check: "m4.5 10.5 3.5 3.5 7.5-8",
  share: "M13 7.5a2.25 2.25 0 1 0 0-4.5 2.25 2.25 0 0 0 0 4.5ZM6 12.25a2.25 2.25 0 1 0 0-4.5 2.25 2.25 0 0 0 0 4.5ZM13 17a2.25 2.25 0 1 0 0-4.5A2.25 2.25 0 0 0 13 17ZM8 9l3-2.3M8 11l3 2.3",
  trash: "M4 6h12M8 6V4h4v2M5.5 6l.75 10h7.5L14.5 6M8.5 9v4M11.5 9v4",
  back: "M12 5 7 10l5 5",
  cloud: "M6 15h8a3 3 0 0 0 .5-5.96A4.5 4.5 0 0 0 5.8 8.6 3.25 3.25 0 0 0 6 15Z",
  offline: "M6 15h8a3 3 0 0 0 .5-5.96A4.5 4.5 0 0 0 5.8 8.6 3.25 3.25 0 0 0 6 15ZM4 4l12 13",
  lock: "M6 9V7a4 4 0 0 1 8 0v2M5 9h10v7H5Z",
  error: "M7 3h6l4 4v6l-4 4H7l-4-4V7ZM10 6.5v4.5M10 13.6v.01",
  warning: "M10 4 3 16h14L10 4ZM10 9v3M10 14.2v.01",
  comment: "M4 5h12v8.5H9L6 16v-2.5H4Z",
  up: "M10 15V5M6 9l4-4 4 4",
  down: "M10 5v10M6 11l4 4 4-4",
  person: "M10 10a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM4.5 16a5.5 5.5 0 0 1 11 0",
  copy: "M7 7h9v9H7ZM4 13V4h9",
  plug: "M7.5 3v4M12.5 3v4M5.5 7h9v2.5a4.5 4.5 0 0 1-9 0ZM10 14v3",
  file: "M6 3h5.5L15 6.5V17H6ZM11 3v4h4",
} as const;

export type IconName = keyof typeof paths;

export function Icon(props: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
      <path d={paths[props.name]} />
    </svg>
  );
}

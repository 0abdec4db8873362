// What somebody wants to bring in: files dropped or picked, or pasted text. The bytes stay as they came.

import { useSignal, type Signal } from "@preact/signals";
import { useEffect } from "preact/hooks";

export interface Incoming {
  name: string;
  bytes: Blob;
}

// What this release reads. A file picker filters by it; a dropped file is judged by the server.
export const accepted = ".txt,.md,.text,text/plain";

export function ofFiles(files: Iterable<File>): Incoming[] {
  return [...files].map((file) => ({ name: file.name, bytes: file }));
}

export function ofText(name: string, text: string): Incoming {
  return { name, bytes: new Blob([text], { type: "text/plain" }) };
}

// Files dropped anywhere on the page, and text pasted where nothing is being written. The signal: files hang over the page.
export function useDrop(bring: (incoming: Incoming[]) => void): Signal<boolean> {
  const over = useSignal(false);
  useEffect(() => {
    const carries_files = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
    const dragged = (event: DragEvent) => {
      if (!carries_files(event)) return;
      event.preventDefault();
      over.value = true;
    };
    const left = (event: DragEvent) => {
      if (event.relatedTarget === null) over.value = false;
    };
    const dropped = (event: DragEvent) => {
      if (!carries_files(event)) return;
      event.preventDefault();
      over.value = false;
      const files = ofFiles(event.dataTransfer?.files ?? []);
      if (files.length > 0) bring(files);
    };
    const pasted = (event: ClipboardEvent) => {
      if (event.target instanceof Element && event.target.closest("input, textarea, [contenteditable], dialog")) return;
      const files = ofFiles(event.clipboardData?.files ?? []);
      const text = event.clipboardData?.getData("text/plain") ?? "";
      if (files.length > 0) bring(files);
      else if (text.trim() !== "") bring([ofText("", text)]);
    };
    document.addEventListener("dragover", dragged);
    document.addEventListener("dragleave", left);
    document.addEventListener("drop", dropped);
    document.addEventListener("paste", pasted);
    return () => {
      document.removeEventListener("dragover", dragged);
      document.removeEventListener("dragleave", left);
      document.removeEventListener("drop", dropped);
      document.removeEventListener("paste", pasted);
    };
  }, []);
  return over;
}

import "./shell/tokens.css";
import "./shell/shell.css";
import { render } from "preact";
import { keepPageForOffline } from "./offline/register";
import { App } from "./shell/App";

const root = document.getElementById("app");
if (root) render(<App />, root);
keepPageForOffline();

// The REST calls of an administrator about plugins and rule packs (docs/api.md).

import type { PluginState } from "../findings/finding";
import { call, json, send } from "./api";

export interface PluginRow {
  id: string;
  name: string;
  version: string;
  state: PluginState;
  reason: string;
  file: string;
  // Put here by an administrator; the others came with the server and stay.
  installed: boolean;
  incremental: boolean;
  wantsData: boolean;
  learns: boolean;
  checks: number;
  deaths: number;
  timeouts: number;
  p95Us: number;
  memoryKib: number;
  log: string[];
}

export interface PackRow {
  file: string;
  bytes: number;
  // Why it is not in force; empty when it is.
  reason: string;
}

export interface Installed {
  plugins: PluginRow[];
  packs: PackRow[];
}

export const readPlugins = (): Promise<Installed> => json(call("GET", "/api/plugins"));
export const reloadPlugins = (): Promise<Installed> => json(call("POST", "/api/plugins/reload"));
export const switchPlugin = (id: string, on: boolean): Promise<PluginRow> => send("POST", `/api/plugins/${encodeURIComponent(id)}`, { on });

const plugin_path = (file: string) => `/api/plugins/${encodeURIComponent(file)}`;
const pack_path = (file: string) => `/api/packs/${encodeURIComponent(file)}`;

export async function installPlugin(file: string, bytes: Blob): Promise<void> {
  await call("PUT", plugin_path(file), bytes, "application/octet-stream");
}

export async function removePlugin(file: string): Promise<void> {
  await call("DELETE", plugin_path(file));
}

export async function installPack(file: string, bytes: Blob): Promise<void> {
  await call("PUT", pack_path(file), bytes, "application/toml");
}

export async function removePack(file: string): Promise<void> {
  await call("DELETE", pack_path(file));
}

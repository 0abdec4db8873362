import { defineConfig, mergeConfig } from "vitest/config";
import page from "./vite.config";

// The unit tests beside the code. Those in e2e/ start browsers and servers, and Node's own runner runs them.
export default mergeConfig(page, defineConfig({ test: { include: ["src/**/*.test.ts"] } }));

import { eraseAllCopies } from "../provider/erase_copies";
import { go } from "../shell/router";
import { ApiError, signOut } from "../wire/api";
import { say } from "../shell/Toasts";
import { t } from "../shell/words";
import { forgetRows } from "../list/kept_rows";
import { signedIn } from "./identity";

// Signs out and leaves nothing of the reports on this device.
export async function leave(): Promise<void> {
  try {
    await signOut();
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) return say(t("failed.server"));
  }
  signedIn.value = { auth: "accounts", user: null, setup: false };
  forgetRows();
  go("/login");
  await eraseAllCopies();
}

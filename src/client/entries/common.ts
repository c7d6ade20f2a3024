import "../styles/site.css";
import { showAccount } from "../page/account-menu";
import { enableCopyButtons } from "../page/copy";
import { enableThemeToggle } from "../page/theme";

// On every page: colours, the account in the header, copy buttons. The page works before and without it.

enableThemeToggle();
enableCopyButtons();
showAccount();

// Small improvements on pages that work without them. No page needs this file.
import { initAll } from "./nhsuk-frontend.js";

document.body.classList.add("js-enabled", "nhsuk-frontend-supported");
initAll();

// The person's banner stays in view; what is focused or jumped to must come to rest below it.
const banner = document.querySelector("[data-person-banner]");
if (banner && "ResizeObserver" in window) {
  const measure = () => {
    const height = getComputedStyle(banner).position === "sticky" ? banner.offsetHeight : 0;
    document.documentElement.style.scrollPaddingTop = `${height + 16}px`;
  };
  new ResizeObserver(measure).observe(banner);
  measure();
}

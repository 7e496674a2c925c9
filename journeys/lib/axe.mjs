// axe at WCAG 2.2 AA: every rule of the four tag sets, no rule switched off.

import { AxeBuilder } from "@axe-core/playwright";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** What axe finds on the page, one line a finding; empty when the page is clean. */
export async function findings(page) {
  // No page holds a frame, so all runs in the page itself; otherwise a second page would be opened for every one looked at.
  const { violations } = await new AxeBuilder({ page }).withTags(TAGS).setLegacyMode().analyze();
  return violations.flatMap((violation) =>
    violation.nodes.map((node) => `${violation.id}: ${violation.help} at ${node.target.join(" ")}\n    ${node.failureSummary}`),
  );
}

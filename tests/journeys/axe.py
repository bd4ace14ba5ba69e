"""What axe-core finds on a page: WCAG 2.2 A and AA, and best practices."""

from pathlib import Path

AXE = Path(__file__).parents[2] / "static" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOK = """async (rules) => {
  const found = await axe.run(document, { runOnly: { type: 'tag', values: rules } });
  return found.violations.map((one) => `${one.id}: ${one.nodes.map((n) => n.target).join(' | ')}`);
}"""


def faults_of(page):
    """Return what axe-core finds on the page as it is shown, with the elements it finds it on."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE.read_text(encoding="utf-8"))
    return page.evaluate(LOOK, RULES)

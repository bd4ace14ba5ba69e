"""What axe-core finds on a page: WCAG 2.2 A and AA, and best practices."""

from pathlib import Path

AXE = Path(__file__).parents[2] / "static" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
LOOK = """async (runOnly) => {
  const found = await axe.run(document, { runOnly, resultTypes: ['violations'] });
  return found.violations.map((one) => `${one.id}: ${one.nodes.map((n) => n.target).join(' | ')}`);
}"""


def faults_of(page, *, in_colours_alone=False):
    """Return what axe-core finds on the page as it is shown, with the elements it finds it on.

    What another scheme changes of a page that was looked at before is its colours alone.
    """
    if page.evaluate("typeof axe") == "undefined":
        script = AXE.read_text(encoding="utf-8")
        page.evaluate(script)
        page.add_init_script(script)  # half a megabyte: sent once, for what is opened next too
    return page.evaluate(LOOK, COLOURS if in_colours_alone else {"type": "tag", "values": RULES})

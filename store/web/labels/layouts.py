"""How labels lie on a sheet, in millimetres."""

from dataclasses import dataclass

from store.errors import Invalid


@dataclass(frozen=True, kw_only=True)
class Layout:
    """A page and its labels, all in millimetres; margins are those of the first label."""

    label_width: float
    label_height: float
    columns: int
    rows: int
    margin_left: float
    margin_top: float
    gutter_x: float = 0.0
    gutter_y: float = 0.0
    page_width: float = 210.0
    page_height: float = 297.0
    marks: bool = True

    @property
    def on_page(self) -> int:
        """Return how many labels a page holds."""
        return self.columns * self.rows

    def place(self, number: int) -> tuple[float, float]:
        """Return where the label with this number on its page begins: from the left, the top."""
        row, column = divmod(number, self.columns)
        return (
            self.margin_left + column * (self.label_width + self.gutter_x),
            self.margin_top + row * (self.label_height + self.gutter_y),
        )

    def check(self) -> None:
        """Raise Invalid when the labels run over the page."""
        right, bottom = self.place(self.on_page - 1)
        if right + self.label_width > self.page_width + 0.01:
            raise Invalid(field="labels.columns", problem="too_wide")
        if bottom + self.label_height > self.page_height + 0.01:
            raise Invalid(field="labels.rows", problem="too_high")


# The first is the design's, on plain paper; the others are common sheets of adhesive labels.
SHEETS: dict[str, Layout] = {
    "105x74": Layout(
        label_width=105, label_height=74, columns=2, rows=4, margin_left=0, margin_top=0.5
    ),
    "99x68": Layout(
        label_width=99.1, label_height=67.7, columns=2, rows=4,
        margin_left=4.65, margin_top=13.1, gutter_x=2.5, marks=False,
    ),
    "70x37": Layout(
        label_width=70, label_height=37, columns=3, rows=8,
        margin_left=0, margin_top=0.5, marks=False,
    ),
    "63x38": Layout(
        label_width=63.5, label_height=38.1, columns=3, rows=7,
        margin_left=7.25, margin_top=15.15, gutter_x=2.5, marks=False,
    ),
}  # fmt: skip

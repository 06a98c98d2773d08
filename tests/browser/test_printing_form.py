"""The form on paper: every leaf lies the same way, and the first one is not empty."""

import re

from playwright.sync_api import Page

from tests.browser.desk import Desk, desk, form  # noqa: F401


def test_every_leaf_of_the_form_lies_on_its_side(form: Page) -> None:  # noqa: F811
    paper = form.pdf(prefer_css_page_size=True)

    leaves = re.findall(rb"/Type /Page\b.*?/MediaBox \[([^]]+)\]", paper, re.DOTALL)
    assert len(leaves) > 1
    assert {tuple(round(float(side)) for side in leaf.split()) for leaf in leaves} == {(0, 0, 842, 595)}

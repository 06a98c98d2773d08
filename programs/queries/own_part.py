"""The report form as one person's: whose part each criterion is, and how far every desk is."""

from dataclasses import replace
from datetime import date

from communes.models import Role, User
from programs.queries.desks import part_of
from programs.queries.entry import EntryPage
from programs.queries.sharing import progress_of, shared_out


def for_reader(page: EntryPage, reader: User, today: date) -> EntryPage:
    """The same page as one person's: whose part each criterion is, and how far every desk is.

    Two queries where nothing is shared out; three more where it is.
    """
    report, structure = page.report, page.structure
    shared = shared_out([(report, structure)], today)[report.pk]
    if not shared.desks and not shared.stranded:
        return page
    if reader.pk in shared.parts:
        part = shared.parts[reader.pk]
    else:
        part = part_of(reader, report.unit, structure.criteria_set, today, (Role.CADRE,))
    sections = tuple(
        replace(
            one,
            is_own=part is None or (one.section.criterion is not None and one.section.criterion.pk in part),
            owners=shared.owners_of(one.section.criterion.pk) if one.section.criterion else "",
        )
        for one in page.sections
    )
    figures = {one.indicator.pk: one.figure for row in page.rows for one in row.refusable}
    desks = tuple(progress_of(structure, figures, shared.desks, reader))
    return replace(page, sections=sections, desks=desks, is_stranded=reader in shared.stranded)

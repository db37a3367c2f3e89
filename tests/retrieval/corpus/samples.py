"""Files of every format, made by the programs' own libraries; the text is ours."""

import io
import zipfile
from collections.abc import Callable, Sequence

PARAGRAPH = "蓟州区有乡村精品民宿271家，文化旅游资源十分丰富。"
ROWS = [["品名", "单价", "产地"], ["苹果", "5元", "蓟州"], ["核桃", "12元", "盘山"]]


def docx() -> bytes:
    """A title, a heading, a paragraph, a list and a table."""
    import docx

    document = docx.Document()
    document.add_heading("民宿调查", 0)
    document.add_heading("数量", 1)
    document.add_paragraph(PARAGRAPH)
    for entry in ("第一项内容", "第二项内容"):
        document.add_paragraph(entry, style="List Bullet")
    table = document.add_table(rows=0, cols=3)
    for row in ROWS:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    return saved(document.save)


def numbered_docx(paragraphs: Sequence[tuple[str, str, int | None, int]]) -> bytes:
    """Paragraphs of text, style, list (or none) and level of it, numbered by Word.

    List 1 counts chapters (第一章) and their sections (1.1), list 2 articles (第一条); list 3 has
    figures and letters, list 4 the same begun anew.
    """
    import docx
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    levels = {
        1: [("chineseCountingThousand", "第%1章"), ("decimal", "%1.%2")],
        2: [("chineseCountingThousand", "第%1条")],
        3: [("decimal", "%1."), ("lowerLetter", "%2)")],
    }
    document = docx.Document()
    root = document.part.numbering_part.element
    for child in list(root):
        root.remove(child)
    for name, forms in levels.items():
        each = "".join(
            f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
            f'{"<w:isLgl/>" * (form == "decimal")}<w:lvlText w:val="{text}"/></w:lvl>'
            for at, (form, text) in enumerate(forms)
        )
        root.append(
            parse_xml(
                f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{name}">{each}</w:abstractNum>'
            )
        )
    anew = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    for name, of, override in ((1, 1, ""), (2, 2, ""), (3, 3, ""), (4, 3, anew)):
        root.append(
            parse_xml(
                f'<w:num {nsdecls("w")} w:numId="{name}"><w:abstractNumId w:val="{of}"/>{override}</w:num>'
            )
        )
    for text, style, name, level in paragraphs:
        paragraph = document.add_paragraph(text, style=style or None)
        if name:
            place = f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="{name}"/></w:numPr>'
            paragraph._p.get_or_add_pPr().append(parse_xml(place))
    return saved(document.save)


def edited_docx() -> bytes:
    """A document as offices hand it on: tracked changes, a control, a box, contents, a footnote."""
    import docx
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    document = docx.Document()
    body = document.element.body
    text = "<w:r><w:t>{}</w:t></w:r>"
    box = "<w:r><w:pict><w:txbxContent><w:p>{}</w:p></w:txbxContent></w:pict></w:r>"
    contents = '<w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>'
    for inner in (
        f"<w:sdt>{contents}<w:sdtContent><w:p>{text.format('目录一栏 12')}</w:p></w:sdtContent></w:sdt>",
        f"<w:p>{text.format('会费为')}<w:ins>{text.format('每年300元')}</w:ins><w:del><w:r><w:delText>200元</w:delText></w:r></w:del>{text.format('。')}<w:r><w:footnoteReference w:id='2'/></w:r></w:p>",
        f"<w:sdt><w:sdtContent><w:p>{text.format('控件里的内容。')}</w:p></w:sdtContent></w:sdt>",
        f"<w:p>{text.format('旁边有框。')}{box.format(text.format('框里的内容。'))}</w:p>",
    ):
        tag, rest = inner[1:].split(">", 1)
        body.insert(len(body) - 1, parse_xml(f"<{tag} {nsdecls('w')}>{rest}"))
    note = f'<w:footnotes {nsdecls("w")}><w:footnote w:id="2"><w:p>{text.format("注：仅限会员。")}</w:p></w:footnote></w:footnotes>'
    part = Part(
        PackURI("/word/footnotes.xml"), "application/xml", note.encode(), document.part.package
    )
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    return saved(document.save)


def pptx() -> bytes:
    """Two slides with titles; the second has a table."""
    import pptx
    from pptx.util import Inches

    deck = pptx.Presentation()
    for title, text in (("概况", PARAGRAPH), ("价格", "价格见下表。")):
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text = text
    table = slide.shapes.add_table(3, 3, Inches(1), Inches(4), Inches(6), Inches(2)).table
    for y, row in enumerate(ROWS):
        for x, text in enumerate(row):
            table.cell(y, x).text = text
    return saved(deck.save)


def xlsx() -> bytes:
    """A sheet with a title over its table, and a hidden one."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "价目"
    sheet.append(["二〇二四年价目表"])
    for row in [*ROWS, ["枣", 3.0, None]]:
        sheet.append(row)
    hidden = book.create_sheet("内部")
    hidden.append(["成本", "1元"])
    hidden.sheet_state = "hidden"
    return saved(book.save)


def html() -> bytes:
    """A page with navigation, a script, a table and entities."""
    rows = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in ROWS)
    links = "".join(f"<li><a href='/{n}'>导航栏目{n}</a></li>" for n in range(8))
    return f"""<!doctype html><html><head><title>网站</title><script>var 秘密=1;</script></head>
<body><nav>首页 关于</nav><ul>{links}</ul><h1>民宿调查</h1><h2>数量</h2>
<p>蓟州区有<b>乡村</b>精品<a href="x">民宿</a>271家&#xFF0C;文化旅游资源十分丰富&#12290;</p>
<ul><li>第一项内容</li><li>第二项内容</li></ul><table>{rows}</table>
<footer>版权所有</footer></body></html>""".encode()


def epub() -> bytes:
    """Two chapters, which the archive holds in another order than they are read in."""
    container = """<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="OEBPS/book.opf"/></rootfiles></container>"""
    book = """<package xmlns="http://www.idpf.org/2007/opf"><metadata
xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>民宿之书</dc:title></metadata><manifest>
<item id="a" href="one.xhtml" media-type="application/xhtml+xml"/>
<item id="b" href="sub%20dir/two.xhtml" media-type="application/xhtml+xml"/></manifest>
<spine><itemref idref="a"/><itemref idref="b"/></spine></package>"""
    page = "<html xmlns='http://www.w3.org/1999/xhtml'><body><h1>{}</h1><p>{}</p></body></html>"
    return zipped(
        {
            "OEBPS/sub dir/two.xhtml": page.format("第二章", "结尾的一句话。").encode(),
            "META-INF/container.xml": container.encode(),
            "OEBPS/book.opf": book.encode(),
            "OEBPS/one.xhtml": page.format("第一章", PARAGRAPH).encode(),
        }
    )


def zipped(files: dict[str, bytes]) -> bytes:
    """An archive of some files."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files.items():
            package.writestr(name, content)
    return target.getvalue()


def pdf(
    pages: Sequence[Sequence[str]], *, head: str = "", password: str = "", title: str = ""
) -> bytes:
    """Pages of lines, with a running head and numbered feet if there is one."""
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    target = io.BytesIO()
    encryption = StandardEncryption(password, canPrint=0) if password else None
    canvas = Canvas(target, encrypt=encryption)
    if title:
        canvas.setTitle(title)
    font = chinese_font()
    for number, lines in enumerate(pages, start=1):
        if head:
            canvas.setFont(font, 9)
            canvas.drawString(60, 815, head)
            canvas.drawCentredString(300, 25, f"- {number} -")
        canvas.setFont(font, 11)
        for at, line in enumerate(lines):
            canvas.drawString(60, 780 - 18 * at, line)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def justified_columns(paragraphs: Sequence[str]) -> bytes:
    """English text set in two columns, each line as wide as its column: some gaps are wide."""
    from reportlab.lib.enums import TA_JUSTIFY
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph

    target = io.BytesIO()
    frames = [Frame(x, 60, 230, 720) for x in (55, 310)]
    document = BaseDocTemplate(target, pageTemplates=[PageTemplate(frames=frames)])
    body = ParagraphStyle("body", fontName="Times-Roman", leading=13, alignment=TA_JUSTIFY)
    document.build([Paragraph(text, body) for text in paragraphs])
    return target.getvalue()


def two_columns(paragraphs: Sequence[str], title: str) -> bytes:
    """Text set by reportlab's own typesetting in two columns, under a title."""
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph

    target = io.BytesIO()
    frames = [Frame(x, 60, 230, 720) for x in (55, 310)]
    document = BaseDocTemplate(target, pageTemplates=[PageTemplate(frames=frames)])
    font = chinese_font()
    large = ParagraphStyle("title", fontName=font, fontSize=18, leading=24, wordWrap="CJK")
    body = ParagraphStyle("body", fontName=font, fontSize=10.5, leading=15, wordWrap="CJK")
    document.build([Paragraph(title, large), *(Paragraph(text, body) for text in paragraphs)])
    return target.getvalue()


def chinese_font() -> str:
    """A font whose characters every PDF program knows."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    return "STSong-Light"


def saved(save: Callable[[io.BytesIO], None]) -> bytes:
    """What a library writes into a file."""
    target = io.BytesIO()
    save(target)
    return target.getvalue()

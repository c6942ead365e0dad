"""Files that people and attackers send, made on the spot."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from PIL import Image
from pypdf import PdfReader, PdfWriter

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def png_bomb(side: int = 20_000) -> bytes:
    """A small file that would unpack to `side` squared pixels of RGBA."""
    row = bytes(1 + side // 8)
    packer = zlib.compressobj(9)
    body = b"".join([*(packer.compress(row) for _ in range(side)), packer.flush()])
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def moving(form: str) -> bytes:
    frames = [Image.new("RGB", (64, 64), shade) for shade in ("red", "blue")]
    content = io.BytesIO()
    frames[0].save(content, form, save_all=True, append_images=frames[1:])
    return content.getvalue()


def docx(*paragraphs: str, link: str = "", body: bytes = b"") -> bytes:
    xml = "".join(f"<w:p><w:r><w:t>{words}</w:t></w:r></w:p>" for words in paragraphs)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "word/document.xml", body or f'<w:document xmlns:w="{W}"><w:body>{xml}</w:body></w:document>'
        )
        if link:
            archive.writestr(
                "word/_rels/document.xml.rels",
                f'<Relationships><Relationship Type="x/hyperlink" TargetMode="External" Target="{link}"/></Relationships>',
            )
    return content.getvalue()


def pdf(words: str = "", pages: int = 1, password: str = "") -> bytes:
    """A PDF with the same (ASCII) words on each page."""
    stream = f"BT /F1 14 Tf 40 700 Td ({words}) Tj ET".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {pages}/Kids[{' '.join(['3 0 R'] * pages)}]>>".encode(),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    content = b"%PDF-1.4\n"
    places = []
    for number, entry in enumerate(objects, 1):
        places.append(len(content))
        content += b"%d 0 obj%s\nendobj\n" % (number, entry)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    content += b"xref\n0 6\n0000000000 65535 f \n" + table
    content += b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % content.index(b"xref\n0 6")
    return _locked(content, password) if password else content


def _locked(content: bytes, password: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
    writer.encrypt(password, algorithm="RC4-128")
    locked = io.BytesIO()
    writer.write(locked)
    return locked.getvalue()

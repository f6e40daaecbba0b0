"""The names that `synth` puts together: invented, of no real person or company; order matters, since draws are by number."""

from __future__ import annotations

from itertools import product


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _joined(starts: str, ends: str, kinds: tuple[str, ...] = ("",)) -> tuple[str, ...]:
    return tuple(f"{start}{end}{kind}" for kind, end, start in product(kinds, ends.split(), starts.split()))


FIRST = _words(
    """
    Ada Adela Agnes Alba Alma Amelia Anita Annika Arlene Astrid Beatrix Bella Berta Bianca Brenda Brigid Camilla Carla Carmen
    Cecily Celia Clara Constance Cora Dagmar Daphne Delia Dora Edith Elena Elisa Ella Elsa Emilia Erika Esther Eva Fanny
    Felicia Flora Frieda Gemma Greta Hanna Harriet Hazel Heidi Helga Hilda Ida Imogen Ines Irene Iris Isabel Ivy Jana Jasmin
    Joanna Judith Julia Karin Klara Laura Lena Lilian Linnea Livia Lotte Louisa Lucinda Mabel Magda Maja Marta Mathilda Maud
    Mina Mira Nadia Abel Adrian Alban Albert Alfred Ambrose Anton Archie Arvid Aubrey August Barnaby Basil Benedict Bernard
    Bertram Boris Bruno Caspar Cecil Cedric Clement Conrad Cyril Damian Dennis Desmond Dominic Duncan Edgar Edmund Edwin Elias
    Emil Eric Ernest Eugene Fabian Felix Ferdinand Francis Frederick Gabriel Gareth Gerald Gilbert Gordon Gregor Gustav Harold
    Hector Henrik Hubert Hugo Ian Ivan Jasper Jerome Joachim Jonas Julian Justus Kasper Klaus Lambert Laurence Leander Leonard
    Linus Lorenz Ludwig Magnus Malcolm Marius Matthias
    """
)
MIDDLE = _words(
    """
    Alina Amber April Bettina Caroline Charis Christa Cornelia Diana Dina Dorothy Edna Eileen Eliza Enid Estelle Ethel Faith
    Fern Gail Gilda Gloria Grace Gwen Hope Jean June Kay Lily Lorna Lydia Margaret May Miriam Mona Nora Olive Opal Pearl Petra
    Ruth Sybil Sylvia Thea Una Vera Viola Willa Winifred Yvonne Alaric Angus Arno Blaise Brice Bryn Carl Clive Cole Colin Dale
    Dean Dirk Earl Elmer Erwin Evan Floyd Fritz Gavin Glenn Guy Hans Hollis Horace Hume Ira Keith Kent Lance Lars Lloyd Lyle
    Miles Neil Nils Noel Norman Olaf Oscar Otto Owen Percy Piers Quentin Ralph Reid Rolf Ross Rufus
    """
)
LAST = _joined(
    """
    Ald Bar Bex Bor Cal Car Cor Dal Dar Den Dor Eld Ems Fal Far Fen Gar Gil Had Hal Har Hol Kel Kir Lan Lar Lin Mar Mel Mor
    Nor Oak Orr Pel Pen Quar Ral Ren Ros Sal Sel Stan Tal Ter Thorn Tor Val War Wes Win
    """,
    "bourne brook combe croft den fell gate grave hurst leigh mere moor ridge shaw stead thwaite wick wold worth yard",
)
CITIES = _joined(
    "Aber Amber Birch Cinder Clear Crow Dun Elm Fair Gold Grey Heron Iron Juniper Lake Mill Otter Reed Silver Stone",
    "bridge bury chester haven holm minster mouth ness port stow",
)
UNIVERSITIES = _joined(
    "Asp Ber Cas Dov Ell Fos Glen Hex Isel Jes Kern Lor Mont Nev Orl Pres Rad Sor Tris Vern",
    "court crest mont vale view",
    (" University", " College", " Institute of Technology"),
)
COMPANIES = _joined(
    "Bren Cord Delt Enn Ferr Gant Hydr Inv Kant Lum Merc Nord Orb Pract Quant Rov Sint Tect Umbr Vect Xen Zent",
    "alia ix ora",
    (" Foods", " Motors", " Software", " Textiles"),
)[:263]
COUNTRIES = _words(
    """
    Ardovia Belmara Corvania Drelland Estmark Fendoria Galmora Hestria Ilvania Jorland Kestovia Lumeria Mardonia Norvald
    Ombria Pellonia Quarland Rosmeria Selvania Tarsonia Ulmark Vestoria Ystria Zelmoria
    """
)
MAJORS = tuple(
    " ".join(
        _words(
            """
            accounting, acoustics, actuarial science, aerospace engineering, agronomy, algebra, anatomy, anthropology,
            archaeology, architecture, art history, astronomy, audiology, bacteriology, biochemistry, biophysics, botany,
            business administration, cartography, ceramics, chemical engineering, chemistry, choreography, civil engineering,
            classics, climatology, comparative literature, computer science, criminology, cryptography, dentistry, dramaturgy,
            ecology, econometrics, economics, education, electrical engineering, entomology, epidemiology, ethics, ethnology,
            fashion design, film studies, finance, fisheries science, food science, forestry, genetics, geography, geology,
            geometry, geophysics, gerontology, graphic design, history, horticulture, hydrology, immunology, industrial
            design, journalism, jurisprudence, landscape architecture, library science, linguistics, logic, logistics, marine
            biology, marketing, materials science, mathematics, mechanical engineering, meteorology, metallurgy, microbiology,
            mineralogy, museum studies, musicology, nursing, nutrition, oceanography, optics, ornithology, palaeontology,
            pathology, pedagogy, pharmacy, philology, philosophy, photography, physics, physiology, political science,
            psychology, public health, robotics, sociology, statistics, theology, toxicology, zoology
            """
        )
    ).split(", ")
)

"""What the fictitious company bills, and what each recipient then does.

Plain data. The recipients are entities of the simulator's directory; the ends are
what the story promises, checked after the run.
"""

from dataclasses import dataclass

HOSPITAL = "26990003100015"
TOWN = "21990001600011"
VILLAGE = "21990002400015"
STATE = "11000201100044"
REGION = "23990004600016"
DEPARTMENT = "22990005500018"
GUADELOUPE = "21997106600010"
SCHOOL = "19990010100015"
UNIVERSITY = "19990008500010"
COMMUNITY = "24990009300017"
CARE_HOME = "26990012200012"

# Taxes of Odoo's French chart of accounts.
GOODS_20, GOODS_10, GOODS_55 = "tva_normale", "tva_intermediaire", "tva_reduite"
SERVICE_20 = "tva_normale_encaissement"
OVERSEAS_85 = "tva_specifique"


@dataclass(frozen=True)
class Line:
    """One invoice line; the price is without VAT, the discount in percent."""

    name: str
    quantity: float
    price: float
    tax: str = GOODS_20
    discount: float = 0.0


@dataclass(frozen=True)
class Bill:
    """One invoice of the story.

    `acts` are what the recipient does at the portal, (status code, comment) in
    order; `end` is the summary that Odoo must show at last. `wave` tells in which
    round it is sent; `corrects` makes it a credit note of another bill.
    """

    key: str
    siret: str
    end: str
    lines: tuple[Line, ...] = ()
    service: str = ""
    engagement: str = ""
    contract: str = ""
    file: str = ""
    corrects: str = ""
    acts: tuple[tuple[str, str], ...] = ()
    wave: int = 1


READY = ("SERVICE_FAIT", "")
ORDERED = ("MANDATEE", "")
BOOKED = ("COMPTABILISEE", "")
PAID = ("MISE_EN_PAIEMENT", "")

BILLS = (
    Bill(
        "hospital furniture",
        HOSPITAL,
        "released",
        (
            Line("Fauteuil de consultation, tissu lavable", 12, 184.50),
            Line("Livraison et montage sur site", 1, 320.00, SERVICE_20),
        ),
        service="CPT-02",
        engagement="H2026-004512",
        contract="M24-MOB-07",
        acts=(READY, ORDERED, BOOKED, PAID),
    ),
    Bill(
        "hospital pharmacy, two rates and a discount",
        HOSPITAL,
        "accounted",
        (
            Line("Armoire à pharmacie verrouillable", 4, 612.00, GOODS_20, 7.5),
            Line("Protections d'hygiène, carton de 90", 35, 27.80, GOODS_55),
        ),
        service="PHARMA",
        engagement="H2026-004733",
        acts=(READY, ORDERED, BOOKED),
    ),
    Bill(
        "town, by service",
        TOWN,
        "released",
        (Line("Réparation de mobilier urbain, heures", 26.5, 48.00, SERVICE_20),),
        service="TECH",
        acts=(READY, ORDERED, BOOKED, PAID),
    ),
    Bill(
        "town, by engagement",
        TOWN,
        "approved",
        (Line("Bureaux de la salle du conseil", 9, 415.90),),
        engagement="FV-2026-118",
        acts=(READY,),
    ),
    Bill(
        "village",
        VILLAGE,
        "released",
        (Line("Tables de la salle des fêtes", 20, 96.40),),
        acts=(ORDERED, BOOKED, PAID),
    ),
    Bill(
        "State, published engagement",
        STATE,
        "approved",
        (
            Line("Rayonnages d'archives, mètre linéaire", 140, 38.20),
            Line("Reprise des anciens rayonnages", 1, 950.00, SERVICE_20),
        ),
        service="SFACETAT",
        engagement="1500000001",
        acts=(READY, ORDERED),
    ),
    Bill(
        "region, delivery note missing",
        REGION,
        "suspended",
        (Line("Chaises empilables", 60, 31.75),),
        engagement="TL-26-00871",
        acts=(("SUSPENDUE", "Merci de joindre le bon de livraison signé."),),
    ),
    Bill(
        "region, engagement forgotten",
        REGION,
        "to_send",
        (Line("Tableau d'affichage", 3, 142.00),),
    ),
    Bill(
        "department, wrong service",
        DEPARTMENT,
        "to_reroute",
        (Line("Mobilier d'accueil de la maison des solidarités", 1, 2380.00),),
        service="DGA-SOCIAL",
        acts=(("A_RECYCLER", "Cette dépense relève du service DGA-LYC."),),
    ),
    Bill(
        "Guadeloupe",
        GUADELOUPE,
        "accounted",
        (Line("Pupitres d'école, bois traité", 28, 118.60, OVERSEAS_85),),
        engagement="GB-2026-52",
        acts=(READY, ORDERED, BOOKED),
    ),
    Bill(
        "school, with the delivery note",
        SCHOOL,
        "rejected",
        (Line("Tabourets de laboratoire", 32, 57.30),),
        engagement="LPA-0419",
        file="bon-de-livraison.pdf",
        acts=(("REJETEE", "Quantité facturée supérieure à la livraison : 30 reçus."),),
    ),
    Bill(
        "community",
        COMMUNITY,
        "available",
        (Line("Bancs de sentier, mélèze", 14, 205.00, GOODS_10),),
        service="ENV",
    ),
    Bill(
        "care home, number typed at the portal before",
        CARE_HOME,
        "rejected",
        (Line("Fauteuils releveurs", 6, 498.00),),
        service="ECO",
    ),
    Bill(
        "university, closed since its directory entry was read",
        UNIVERSITY,
        "rejected",
        (Line("Sièges d'amphithéâtre", 45, 129.00),),
        service="UFR-SCI",
        wave=2,
    ),
    Bill(
        "credit note for two tables of the village",
        VILLAGE,
        "accounted",
        (Line("Tables de la salle des fêtes, rayées à la livraison", 2, 96.40),),
        corrects="village",
        acts=(READY, BOOKED),
        wave=3,
    ),
)

# Rejected for causes that no check of Odoo could have seen.
TYPED_AT_PORTAL = "care home, number typed at the portal before"
CLOSED_LATER = "university, closed since its directory entry was read"
FORGOTTEN = "region, engagement forgotten"

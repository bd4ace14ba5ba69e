"""All tables, one file per neighbourhood."""

from store.models.acts import AssistanceCall, Basket, BasketLine, Handoff
from store.models.arrivals import Restoration, TicketKey
from store.models.back_in_stock import BackInStock
from store.models.base import Base, UtcDateTime, new_uid
from store.models.catalogue import Product, ProductToken, StockLevel, StockMovement, Variant
from store.models.demand import UnmetDemand
from store.models.exchange import Change, OutboxMessage, SyncState
from store.models.handovers import Delegate, ShelfReturn, Signature
from store.models.labels import FormerPrice, LabelPrint, PaperlessLabel, PrintedLabel
from store.models.messages import CustomerMessage
from store.models.people import (
    Card,
    Consent,
    Customer,
    CustomerToken,
    Identity,
    Note,
    PointsMovement,
)
from store.models.places import (
    ApiToken,
    AuditCheck,
    AuditEntry,
    Device,
    IdempotencyKey,
    Staff,
    Store,
)
from store.models.preparing import Proposal, StagingPlace, Wave, WaveOrder
from store.models.printing import Printer, PrintJob
from store.models.pulled import PurchasePull
from store.models.screens import EndedVisitor, ScreenMessage
from store.models.shelf_checks import ShelfCheck
from store.models.showcase import AlsoBought, Picture
from store.models.trade import (
    CustomerMonth,
    CustomerVariant,
    DeliveryAddress,
    Order,
    OrderEvent,
    OrderLine,
    Purchase,
    PurchaseLine,
    Visit,
    VisitLine,
)

__all__ = [
    "AlsoBought",
    "ApiToken",
    "AssistanceCall",
    "AuditCheck",
    "AuditEntry",
    "BackInStock",
    "Base",
    "Basket",
    "BasketLine",
    "Card",
    "Change",
    "Consent",
    "Customer",
    "CustomerMessage",
    "CustomerMonth",
    "CustomerToken",
    "CustomerVariant",
    "Delegate",
    "DeliveryAddress",
    "Device",
    "EndedVisitor",
    "FormerPrice",
    "Handoff",
    "IdempotencyKey",
    "Identity",
    "LabelPrint",
    "Note",
    "Order",
    "OrderEvent",
    "OrderLine",
    "OutboxMessage",
    "PaperlessLabel",
    "Picture",
    "PointsMovement",
    "PrintJob",
    "PrintedLabel",
    "Printer",
    "Product",
    "ProductToken",
    "Proposal",
    "Purchase",
    "PurchaseLine",
    "PurchasePull",
    "Restoration",
    "ScreenMessage",
    "ShelfCheck",
    "ShelfReturn",
    "Signature",
    "Staff",
    "StagingPlace",
    "StockLevel",
    "StockMovement",
    "Store",
    "SyncState",
    "TicketKey",
    "UnmetDemand",
    "UtcDateTime",
    "Variant",
    "Visit",
    "VisitLine",
    "Wave",
    "WaveOrder",
    "new_uid",
]

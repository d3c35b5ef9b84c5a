//! What the demo's business does: field work for farms, boatyards, cold stores and roofs.

/// Who looks after customers.
pub(super) const OWNERS: &[&str] = &["Ana Berg", "Max Odell", "Ines Faro", "Jakub Malý"];

/// A job that is offered, from so many to so many euros; `#` is a digit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Offer {
    /// What the deal is called.
    pub(super) title: &'static str,
    /// The least it is worth, in euros.
    pub(super) least: i64,
    /// The most it is worth, in euros.
    pub(super) most: i64,
}

const fn offer(title: &'static str, least: i64, most: i64) -> Offer {
    Offer { title, least, most }
}

/// The jobs.
pub(super) const OFFERS: &[Offer] = &[
    offer("Cold room, phase #", 18_000, 62_000),
    offer("Winter feed", 3_000, 14_000),
    offer("Roof repair, hall #", 9_000, 48_000),
    offer("Heat pumps ×1#", 14_000, 39_000),
    offer("Forging line service", 5_500, 16_000),
    offer("Crane inspection", 4_000, 12_000),
    offer("Slipway rails", 22_000, 75_000),
    offer("Solar carport, ## bays", 16_000, 90_000),
    offer("Milking parlour retrofit", 28_000, 84_000),
    offer("Irrigation, ## hectares", 7_000, 33_000),
    offer("Spare parts, yearly", 1_200, 6_400),
    offer("Workshop ventilation", 6_000, 21_000),
    offer("Greenhouse lighting", 4_800, 19_000),
    offer("Maintenance contract", 2_400, 9_600),
    offer("Pump station overhaul", 8_500, 27_000),
    offer("Dock doors ×#", 5_200, 17_500),
    offer("Timber frame, hall #", 12_000, 44_000),
    offer("Weighbridge calibration", 900, 2_800),
    offer("Backup generator", 7_400, 25_000),
    offer("Press line safety upgrade", 11_000, 36_000),
    offer("Bottling line audit", 2_200, 7_900),
    offer("Insulation, hall ##", 6_600, 23_000),
];

/// A thing or service on an invoice line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ware {
    /// What it is.
    pub(super) description: &'static str,
    /// What it is counted in.
    pub(super) unit: &'static str,
    /// The price of one in euro cents.
    pub(super) cents: i64,
    /// The most that is sold at once, in thousandths of a unit.
    pub(super) most: i64,
    /// The step of quantities, in thousandths.
    pub(super) step: i64,
}

const fn ware(description: &'static str, unit: &'static str, cents: i64, most: i64, step: i64) -> Ware {
    Ware { description, unit, cents, most, step }
}

/// The things and services.
pub(super) const WARES: &[Ware] = &[
    ware("On-site inspection", "h", 6_200, 9_000, 250),
    ware("Mechanic", "h", 7_400, 40_000, 500),
    ware("Engineering and drawings", "h", 9_800, 24_000, 500),
    ware("Delivery", "trip", 14_000, 3_000, 1_000),
    ware("Winter feed, 25 kg", "bag", 1_840, 240_000, 10_000),
    ware("Insulated panel, 120 mm", "m²", 4_650, 180_000, 500),
    ware("Compressor unit C40", "pc", 218_500, 3_000, 1_000),
    ware("Heat pump 9 kW", "pc", 412_000, 6_000, 1_000),
    ware("Copper pipe, 22 mm", "m", 1_195, 120_000, 1_000),
    ware("Refrigerant R290", "kg", 3_875, 12_000, 100),
    ware("Roof sheet, coated", "m²", 1_730, 420_000, 1_000),
    ware("Scaffolding", "week", 48_000, 4_000, 1_000),
    ware("LED fixture, IP66", "pc", 11_900, 48_000, 2_000),
    ware("Drip line", "m", 62, 2_400_000, 100_000),
    ware("Pump seal kit", "set", 8_950, 6_000, 1_000),
    ware("Crane, with operator", "h", 18_500, 10_000, 500),
    ware("Safety training", "person", 19_500, 12_000, 1_000),
    ware("Calibration certificate", "pc", 9_500, 5_000, 1_000),
    ware("Solar module 440 W", "pc", 13_200, 60_000, 2_000),
    ware("Cabling", "m", 385, 600_000, 5_000),
    ware("Steel beam HEA 160", "m", 5_480, 72_000, 500),
    ware("Travel", "km", 68, 840_000, 10_000),
    ware("Service call-out", "pc", 12_500, 2_000, 1_000),
    ware("Larch boards", "m²", 3_960, 90_000, 500),
];

/// What may be noted of a lead.
pub(super) const LEAD_NOTES: &[&str] = &[
    "Prefers a call before nine.",
    "Met at the autumn fair; asked for the long catalogue.",
    "No signal in the basement: have the drawings on the phone.",
    "Wants 5 % for two years.",
    "Decides together with her brother, who runs the second site.",
    "Ask for the gate code before driving out.",
    "Has an older system of ours, from 2017; spare parts matter.",
    "Send everything in writing, no phone calls please.",
    "Budget is set in January.",
    "Very happy with the last visit, would recommend us.",
    "Second supplier wanted after last winter's delays.",
    "The yard is hard to find: turn off after the grain silo.",
];

/// What may be noted of a deal.
pub(super) const DEAL_NOTES: &[&str] = &[
    "Drawings sent, waiting for the structural report.",
    "They compare three offers.",
    "Delivery must be before the harvest.",
    "Crane access only from the north side.",
    "Financing is confirmed by their bank.",
    "Wants the same team as last time.",
];

/// Why deals are lost.
pub(super) const LOST_REASONS: &[&str] = &[
    "Price",
    "Chose a supplier nearby",
    "No budget this year",
    "Project postponed",
    "Delivery time too long",
    "No answer after three calls",
];

/// Why invoices are voided.
pub(super) const VOID_REASONS: &[&str] =
    &["Wrong address, issued again", "Order cancelled before delivery", "Billed to the wrong company"];

/// What is written below an invoice's lines.
pub(super) const INVOICE_NOTES: &[&str] = &[
    "Thank you for your order.",
    "Work done as agreed on site; the signed report is attached to your order.",
    "Please quote the invoice number with your payment.",
];

/// What calls are about, and what is said.
pub(super) const CALLS: &[(&str, &str)] = &[
    ("First contact", "Interested, but not before the season is over. Wants an example from the region."),
    ("Questions about the offer", "Went through the positions one by one. Delivery to be listed by itself."),
    ("Appointment for a visit", "Mornings are best; somebody has to open the lower gate."),
    ("Follow-up", "The decision is put off until the board meets."),
    ("Price", "Asks for a discount on the yearly contract. Said we would look at it."),
    ("Delivery date", "Needs it two weeks earlier. We can, without the second hall."),
    ("Reference", "Will speak with the boatyard that we fitted out last year."),
];

/// What is noted along the way.
pub(super) const NOTES: &[&str] = &[
    "Photos of the plant room are in the shared folder.",
    "Their accountant wants the order number on every page.",
    "Competitor was there last week with a cheaper system and two years' guarantee.",
    "Height under the crane is 5.40 m, not 5.80 m as in the drawing.",
    "Would rather rent the scaffolding than buy it.",
    "The old contract runs out at the end of the quarter.",
    "Son takes over the business next spring and decides with him.",
];

/// What meetings are about, and where they are.
pub(super) const MEETINGS: &[(&str, &str)] = &[
    ("Walk through the offer", "Video call"),
    ("Kick-off", "Their office"),
    ("Drawings and approvals", "Our office"),
    ("Contract", "Video call"),
    ("Lunch with the owner", "Harbour kitchen"),
];

/// What visits are for.
pub(super) const VISITS: &[&str] =
    &["Take measurements", "Inspection of the old system", "Look at the access for the crane", "Show the demo unit"];

/// What there is to do.
pub(super) const TASKS: &[&str] = &[
    "Send the revised offer",
    "Call back about the delivery date",
    "Ask the workshop for a slot",
    "Order samples of the panels",
    "Check the credit limit",
    "Send the signed contract",
    "Arrange the crane",
    "Get the structural report",
];

/// What companies do.
pub(super) const INDUSTRIES: &[&str] = &[
    "Farming",
    "Boatbuilding",
    "Food processing",
    "Cold storage",
    "Metalwork",
    "Construction",
    "Logistics",
    "Brewing",
];

/// What contacts do there.
pub(super) const POSITIONS: &[&str] =
    &["Managing director", "Purchasing", "Head of operations", "Owner", "Facility manager", "Production"];

/// Tags.
pub(super) const TAGS: &[&str] = &["Key account", "Seasonal", "Newsletter", "Service contract"];

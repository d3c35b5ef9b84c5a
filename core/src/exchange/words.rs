//! What other programs, and people, head their columns with.

use crate::index::fold;
use crate::schema::{Kind, Schema};

use super::target::{Part, Target};

/// What a heading is about, before it is known which type has it in which field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum About {
    /// What a record is called.
    Title,
    /// A part of a person's name.
    Name(Part),
    /// E-mail addresses.
    Emails,
    /// Telephone numbers.
    Phones,
    /// A part of an address.
    Address(Part),
    /// What it is worth.
    Amount,
    /// The currency of that.
    Currency,
    /// Status or stage.
    Facet,
    /// The date that lists sort by.
    Date,
    /// One of these fields, whichever the type has.
    Field(&'static [&'static str]),
}

/// Headings without spaces and signs, in the languages that exports come in most.
const WORDS: &[(About, &str)] = &[
    (
        About::Title,
        "name fullname displayname contactname completename title subject leadname dealname opportunityname nom nomcomplet \
         nombre nombrecompleto nome nomecompleto vollername kontakt ansprechpartner contact contactperson bezeichnung",
    ),
    (
        About::Name(Part::Given),
        "firstname givenname forename vorname prenom nombredepila nomedebattesimo primeironome voornaam",
    ),
    (About::Name(Part::Middle), "middlename additionalname zweitername deuxiemeprenom"),
    (
        About::Name(Part::Family),
        "lastname surname familyname nachname familienname nomdefamille apellido apellidos cognome sobrenome achternaam",
    ),
    (
        About::Emails,
        "email emails mail emailaddress emailaddresses emailadresse mailadresse adressemail adresseemail courriel correo \
         correoelectronico eposta posta emailid",
    ),
    (
        About::Phones,
        "phone phones phonenumber phonenumbers telephone telephonenumber tel mobile mobilephone mobilenumber mobiletelephone \
         cell cellphone cellular telefon telefonnummer handy handynummer mobil mobilnummer mobiltelefon rufnummer portable \
         telephoneportable mobil telefono telefonomovil movil cellulare telefoon mobielnummer celular",
    ),
    (
        About::Address(Part::Street),
        "street streetaddress address addressline addressstreet strasse anschrift adresse rue calle direccion via indirizzo \
         straat rua endereco",
    ),
    (
        About::Address(Part::Postcode),
        "postcode postalcode zip zipcode zippostalcode plz postleitzahl codepostal codigopostal cap cep addresspostalcode",
    ),
    (About::Address(Part::City), "city town locality ort stadt wohnort ville ciudad citta cidade plaats addresscity"),
    (
        About::Address(Part::Region),
        "region state stateprovince province county bundesland departement provincia estado addressregion",
    ),
    (About::Address(Part::Country), "country countryregion land staat pays pais paese addresscountry"),
    (
        About::Amount,
        "amount worth dealvalue estimatedvalue expectedrevenue revenue price betrag wert summe montant valeur importe valor \
         importo bedrag",
    ),
    (About::Currency, "currency currencycode waehrung wahrung devise moneda valuta moeda"),
    (About::Facet, "status stage state leadstatus dealstage phase etat estado stato etape"),
    (About::Date, "date closedate expectedclosedate duedate datum fecha data"),
    (
        About::Field(&["company", "organization", "organisation", "account", "employer"]),
        "company companyname organization organisation organizationname organisationname account accountname employer \
         business firma firmenname unternehmen societe entreprise empresa azienda bedrijf org",
    ),
    (
        About::Field(&["owner", "assigned_to", "responsible"]),
        "owner leadowner contactowner dealowner assignedto salesrep responsible zustandig zustandiger verantwortlich \
         responsable",
    ),
    (About::Field(&["source"]), "source leadsource originalsource origin quelle herkunft origine origen"),
    (About::Field(&["score"]), "score leadscore rating bewertung"),
    (
        About::Field(&["notes", "note", "body", "description"]),
        "notes note comment comments description remarks memo notizen notiz bemerkung bemerkungen kommentar beschreibung \
         remarques commentaires notas comentarios descripcion osservazioni opmerkingen",
    ),
    (
        About::Field(&["job_title", "position", "role", "job"]),
        "jobtitle position role job funktion beruf fonction poste cargo puesto ruolo functie organizationtitle",
    ),
    (
        About::Field(&["website", "web", "url"]),
        "website web webpage url homepage site siteweb sitioweb internet webseite",
    ),
    (
        About::Field(&["tax_id", "vat_id", "vat"]),
        "taxid vatid vat vatnumber taxnumber ustid ustidnr steuernummer nif siret tva",
    ),
    (About::Field(&["industry", "sector"]), "industry sector branche secteur"),
    (About::Field(&["tags"]), "tags labels categories schlagworte etiquettes"),
    (About::Field(&["birthday", "birth_date"]), "birthday birthdate dateofbirth geburtstag geburtsdatum"),
];

/// Words that say of which kind one of several is, not what it is.
const KINDS: &[&str] = &[
    "work",
    "home",
    "business",
    "primary",
    "main",
    "mailing",
    "private",
    "personal",
    "office",
    "other",
    "value",
    "geschaftlich",
    "privat",
    "dienstlich",
    "billing",
    "default",
];

/// A heading without capitals, accents, spaces and signs.
pub(super) fn compact(heading: &str) -> String {
    fold(heading).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The same without numbers and without what says of which kind one of several is: `E-mail 2 - Value`, `Business Phone`.
/// `None` for the columns beside those that name the kind.
fn bare(heading: &str) -> Option<String> {
    let folded = fold(heading);
    let words: Vec<&str> = folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty() && !word.bytes().all(|byte| byte.is_ascii_digit()))
        .collect();
    if words.len() > 1 && words.last().is_some_and(|last| matches!(*last, "type" | "label" | "typ")) {
        return None;
    }
    let kept: Vec<&str> = words.iter().copied().filter(|word| !KINDS.contains(word)).collect();
    let kept = if kept.is_empty() { words } else { kept };
    let joined = kept.concat();
    Some(joined.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned())
}

/// What a heading may be about, the likelier first.
pub(super) fn about(heading: &str) -> Vec<About> {
    let spellings: Vec<String> = [Some(compact(heading)), bare(heading)].into_iter().flatten().collect();
    let says = |words: &str, spelling: &str| words.split_ascii_whitespace().any(|word| word == spelling);
    let of = |spelling: &String| {
        WORDS.iter().filter(move |(_, words)| says(words, spelling)).map(|(about, _)| *about).collect::<Vec<_>>()
    };
    spellings.iter().filter(|spelling| !spelling.is_empty()).flat_map(of).collect()
}

/// Where a type has what a heading is about.
pub(super) fn place(schema: &Schema, targets: &[Target], about: About) -> Option<Target> {
    let list = schema.list;
    let find = |is: &dyn Fn(&Target) -> bool| targets.iter().find(|target| is(target)).copied();
    let named =
        |name: &str| find(&|target| !name.is_empty() && target.field.name == name && target.part == Part::Whole);
    let like = |names: &[&str]| names.iter().find_map(|name| named(name));
    match about {
        About::Title => named(list.title),
        About::Name(part) => find(&|target| target.part == part).or_else(|| match part {
            Part::Given => like(&["given_name", "first_name"]),
            Part::Family => like(&["family_name", "last_name"]),
            _ => like(&["middle_name"]),
        }),
        About::Emails => find(&|target| matches!(target.field.kind, Kind::Emails)).or_else(|| like(&["email"])),
        About::Phones => find(&|target| matches!(target.field.kind, Kind::Phones)).or_else(|| like(&["phone"])),
        About::Address(part) => find(&|target| target.part == part),
        About::Amount => named(list.amount),
        About::Currency => find(&|target| target.part == Part::Currency && target.field.name == list.amount)
            .or_else(|| like(&["currency"])),
        About::Facet => named(list.facet),
        About::Date => named(list.date),
        About::Field(names) => like(names),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_of_other_programs_are_understood() {
        for (heading, wanted) in [
            ("E-Mail", About::Emails),
            ("E-mail 2 - Value", About::Emails),
            ("Email Address", About::Emails),
            ("Business Phone", About::Phones),
            ("Mobile", About::Phones),
            ("Given Name", About::Name(Part::Given)),
            ("first_name", About::Name(Part::Given)),
            ("Nachname", About::Name(Part::Family)),
            ("Business Postal Code", About::Address(Part::Postcode)),
            ("PLZ", About::Address(Part::Postcode)),
            ("Straße", About::Address(Part::Street)),
            ("Address 1", About::Address(Part::Street)),
            ("Société", About::Field(&["company", "organization", "organisation", "account", "employer"])),
            ("Bemerkungen", About::Field(&["notes", "note", "body", "description"])),
        ] {
            assert_eq!(about(heading).first(), Some(&wanted), "{heading}");
        }
        for heading in ["E-mail 1 - Type", "Phone 1 - Label", "Shoe size", "", "1", "日本"] {
            assert_eq!(about(heading), [], "{heading}");
        }
    }
}

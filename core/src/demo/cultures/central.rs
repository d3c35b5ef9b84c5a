//! Czechia, Poland, Ukraine and Greece: Latin with many accents, Cyrillic and Greek.

use super::{Culture, Order, People};

pub(super) const CZECHIA: Culture = Culture {
    country: "Czechia",
    currency: "CZK",
    taxes: &[210_000, 210_000, 120_000],
    order: Order::GivenFirst,
    people: &[
        People {
            given: &["Petr", "Jiří", "Ondřej", "Tomáš", "Vojtěch", "Luděk", "Řehoř", "Štěpán"],
            family: &["Šilhavý", "Novák", "Dvořák", "Kučera", "Růžička", "Němec", "Žáček", "Blažek", "Hruška", "Čapek"],
        },
        People {
            given: &["Jana", "Kateřina", "Zdeňka", "Markéta", "Božena", "Lucie", "Tereza", "Alžběta"],
            family: &[
                "Šilhavá",
                "Nováková",
                "Dvořáková",
                "Kučerová",
                "Růžičková",
                "Němcová",
                "Žáčková",
                "Blažková",
                "Hrušková",
                "Čapková",
            ],
        },
    ],
    companies: &[
        "Kovárna {c}",
        "Pila {c}",
        "Sklárny {c}",
        "Mlékárna {c}",
        "Strojírna Vltava",
        "Truhlářství U Lípy",
        "Pivovar {c}",
    ],
    towns: &[("Brno", "602 ##"), ("Plzeň", "301 ##"), ("Žďár nad Sázavou", "591 ##"), ("Liberec", "460 ##")],
    streets: &["Dělnická ##", "Nádražní ##", "Na Příkopě #", "U Mlýna ##"],
    phone: "+420 601 ### ###",
    tax_id: "CZ ########",
};

pub(super) const POLAND: Culture = Culture {
    country: "Poland",
    currency: "EUR",
    taxes: &[230_000, 230_000, 80_000],
    order: Order::GivenFirst,
    people: &[
        People {
            given: &["Łukasz", "Paweł", "Michał", "Grzegorz", "Wojciech", "Stanisław"],
            family: &["Wiśniewski", "Kowalczyk", "Zieliński", "Dąbrowski", "Wójcik", "Król", "Świątek"],
        },
        People {
            given: &["Małgorzata", "Agnieszka", "Zofia", "Hanna", "Bożena", "Katarzyna"],
            family: &["Wiśniewska", "Kowalczyk", "Zielińska", "Dąbrowska", "Wójcik", "Król", "Świątek"],
        },
    ],
    companies: &["Stolarnia {c}", "Sady {c}", "Tartak Pod Dębem", "Chłodnia {c}", "Transport Wisła", "Huta {c}"],
    towns: &[("Łódź", "90-###"), ("Gdańsk", "80-###"), ("Rzeszów", "35-###"), ("Poznań", "61-###")],
    streets: &["ul. Długa ##", "ul. Portowa #", "ul. Młyńska ##", "al. Róż ##"],
    phone: "+48 22 555 ## ##",
    tax_id: "PL ##########",
};

pub(super) const UKRAINE: Culture = Culture {
    country: "Ukraine",
    currency: "EUR",
    taxes: &[200_000],
    order: Order::GivenFirst,
    people: &[
        People {
            given: &[
                "Олександр=oleksandr",
                "Тарас=taras",
                "Андрій=andrii",
                "Богдан=bohdan",
                "Юрій=yurii",
                "Максим=maksym",
            ],
            family: &[
                "Шевченко=shevchenko",
                "Коваль=koval",
                "Бондар=bondar",
                "Мельник=melnyk",
                "Ткачук=tkachuk",
                "Лисенко=lysenko",
                "Гнатюк=hnatiuk",
            ],
        },
        People {
            given: &[
                "Оксана=oksana",
                "Наталія=nataliia",
                "Ірина=iryna",
                "Соломія=solomiia",
                "Дарина=daryna",
                "Леся=lesia",
            ],
            family: &[
                "Шевченко=shevchenko",
                "Коваль=koval",
                "Бондар=bondar",
                "Мельник=melnyk",
                "Ткачук=tkachuk",
                "Лисенко=lysenko",
                "Гнатюк=hnatiuk",
            ],
        },
    ],
    companies: &[
        "Хлібзавод «Колос»=kolos",
        "Агро {f}=agro",
        "Меблі «Смерека»=smereka",
        "Пасіка {f}=pasika",
        "Теплосервіс {c}=teploservis",
        "Млин {c}=mlyn",
    ],
    towns: &[("Львів", "790##"), ("Полтава", "360##"), ("Чернівці", "580##"), ("Вінниця", "210##")],
    streets: &["вул. Шевченка, ##", "вул. Садова, #", "просп. Свободи, ##", "вул. Млинова, ##"],
    phone: "+380 44 555 ## ##",
    tax_id: "UA ##########",
};

pub(super) const GREECE: Culture = Culture {
    country: "Greece",
    currency: "EUR",
    taxes: &[240_000, 240_000, 130_000],
    order: Order::GivenFirst,
    people: &[
        People {
            given: &["Γιώργος=giorgos", "Νίκος=nikos", "Δημήτρης=dimitris", "Κώστας=kostas", "Στέλιος=stelios"],
            family: &[
                "Παπαδόπουλος=papadopoulos",
                "Νικολαΐδης=nikolaidis",
                "Οικονόμου=oikonomou",
                "Βασιλείου=vasileiou",
                "Καραγιάννης=karagiannis",
            ],
        },
        People {
            given: &["Ελένη=eleni", "Μαρία=maria", "Κατερίνα=katerina", "Σοφία=sofia", "Ιωάννα=ioanna"],
            family: &[
                "Παπαδοπούλου=papadopoulou",
                "Νικολαΐδου=nikolaidou",
                "Οικονόμου=oikonomou",
                "Βασιλείου=vasileiou",
                "Καραγιάννη=karagianni",
            ],
        },
    ],
    companies: &[
        "Ελαιοτριβείο {c}=elaio",
        "Ναυπηγείο «Ποσειδών»=poseidon-yard",
        "Τυροκομείο {f}=tyri",
        "Ψυκτική Αιγαίου=psyktiki",
        "Αμπελώνες {f}=ampelones",
    ],
    towns: &[("Θεσσαλονίκη", "546 ##"), ("Πάτρα", "262 ##"), ("Καλαμάτα", "241 ##"), ("Χανιά", "731 ##")],
    streets: &["Λιμένος ##", "Αγίου Νικολάου #", "Εγνατία ##", "Ερμού ##"],
    phone: "+30 21 0555 ####",
    tax_id: "EL #########",
};

//! Currencies and exchange rates.

use super::transactions::scaled_rate;
use crate::choices::Boolean;
use crate::endpoint::{
    Access, Call, Endpoint, Handled, Handler, LIMIT, OFFSET, Param, Reply, Verb, list as list_of, one,
};
use crate::wire::{self, Amount, Day, currency_code, currency_id, instant, json, page};
use serde::{Deserialize, Serialize};
use tieout_app::access::{Action, Permission, Resource};
use tieout_app::rate::{GetRate, ListRates, PutRate};
use tieout_app::store::rate::{Filter, RateRow};
use tieout_app::{AppError, amounts};
use tieout_core::{Currency, Decimal};
use utoipa::ToSchema;

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        id: "listCurrencies",
        verb: Verb::Get,
        path: "/currencies",
        access: may(Action::Read),
        summary: "List currencies, by code",
        query: &[Param::choice("is_active", "true or false", Boolean::ALL), LIMIT, OFFSET],
        request: None,
        response: (200, list_of::<CurrencyBody>()),
        handler: Handler::Of(list),
    },
    Endpoint {
        id: "getCurrency",
        verb: Verb::Get,
        path: "/currencies/{id}",
        access: may(Action::Read),
        summary: "Get a currency",
        query: &[],
        request: None,
        response: (200, one::<CurrencyBody>()),
        handler: Handler::Of(get),
    },
    Endpoint {
        id: "setExchangeRate",
        verb: Verb::Post,
        path: "/exchange-rates",
        access: may(Action::Write),
        summary: "Set the rate of a day, for the whole practice",
        query: &[],
        request: Some(one::<CreateRateBody>()),
        response: (201, one::<RateBody>()),
        handler: Handler::Of(put_rate),
    },
    Endpoint {
        id: "listExchangeRates",
        verb: Verb::Get,
        path: "/exchange-rates",
        access: may(Action::Read),
        summary: "List rates, newest day first",
        query: &[
            Param::text("from_currency", "its code"),
            Param::text("to_currency", "its code"),
            Param::day("effective_date", "the day"),
            Param::text("source", "ECB, manual or automated"),
            LIMIT,
            OFFSET,
        ],
        request: None,
        response: (200, list_of::<RateBody>()),
        handler: Handler::Of(list_rates),
    },
    Endpoint {
        id: "getExchangeRate",
        verb: Verb::Get,
        path: "/exchange-rates/{id}",
        access: may(Action::Read),
        summary: "Get a rate",
        query: &[],
        request: None,
        response: (200, one::<RateBody>()),
        handler: Handler::Of(get_rate),
    },
];

const fn may(action: Action) -> Access {
    Access::Key(Permission(Resource::Currencies, action))
}

/// Codes of the currencies in use (ISO 4217, list one, without funds and metals).
const CODES: &str = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF \
    CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL \
    HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL \
    MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON \
    RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH \
    UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW";

/// A currency.
#[derive(Serialize, ToSchema)]
struct CurrencyBody {
    id: String,
    object: &'static str,
    code: String,
    name: String,
    symbol: String,
    decimal_places: u8,
    is_active: bool,
    created_at: String,
    updated_at: String,
}

/// Name and sign of a currency.
pub(super) fn names(code: &str) -> (String, String) {
    Currency::try_new(code).map_or_else(|_| (code.to_owned(), code.to_owned()), |c| (c.name(), c.symbol()))
}

fn body(currency: Currency) -> CurrencyBody {
    CurrencyBody {
        id: currency_id(currency.code()),
        object: "currency",
        code: currency.code().to_owned(),
        name: currency.name(),
        symbol: currency.symbol(),
        decimal_places: currency.minor_digits(),
        is_active: true,
        created_at: instant(0),
        updated_at: instant(0),
    }
}

fn list(call: Call) -> Handled {
    Box::pin(async move {
        let page = page(&call)?;
        let is_wanted = match call.query("is_active") {
            None | Some("true") => true,
            Some("false") => false,
            Some(_) => return Err(AppError::invalid("is_active", "must be true or false").into()),
        };
        let all: Vec<_> = CODES
            .split_whitespace()
            .filter(|_| is_wanted)
            .filter_map(|c| Currency::try_new(c).ok())
            .collect();
        let count = i64::try_from(all.len()).unwrap_or_default();
        let size = |number: i64| usize::try_from(number).unwrap_or(usize::MAX);
        let shown = all
            .into_iter()
            .skip(size(page.offset))
            .take(size(page.limit))
            .map(body)
            .collect();
        Ok(Reply::new(200, wire::list(shown, page, count)))
    })
}

fn get(call: Call) -> Handled {
    Box::pin(async move {
        let code = currency_code(call.path("id"));
        let currency = Currency::try_new(code).map_err(|_| AppError::NotFound("currency"))?;
        Ok(Reply::new(200, json(&body(currency))))
    })
}

/// A new rate.
#[derive(Deserialize, ToSchema)]
struct CreateRateBody {
    from_currency: String,
    to_currency: String,
    rate: Amount,
    #[schema(value_type = String)]
    effective_date: Day,
    /// Default `manual`.
    source: Option<String>,
}

/// A rate.
#[derive(Serialize, ToSchema)]
struct RateBody {
    id: String,
    object: &'static str,
    from_currency: String,
    to_currency: String,
    rate: String,
    effective_date: String,
    source: String,
    created_at: String,
}

impl From<&RateRow> for RateBody {
    fn from(row: &RateRow) -> Self {
        Self {
            id: row.id.to_string(),
            object: "exchange_rate",
            from_currency: row.from.clone(),
            to_currency: row.to.clone(),
            rate: Decimal::from_minor(row.rate, 8).to_string(),
            effective_date: row.date.to_string(),
            source: row.source.clone(),
            created_at: instant(row.created_at),
        }
    }
}

fn put_rate(call: Call) -> Handled {
    Box::pin(async move {
        let body: CreateRateBody = call.json()?;
        let command = PutRate {
            from: amounts::currency("from_currency", currency_code(&body.from_currency))?,
            to: amounts::currency("to_currency", currency_code(&body.to_currency))?,
            rate: scaled_rate("rate", body.rate.0)?,
            date: body.effective_date.0,
            source: body.source.unwrap_or_else(|| "manual".into()),
        };
        call.run(201, command, |row| json(&RateBody::from(row))).await
    })
}

fn get_rate(call: Call) -> Handled {
    Box::pin(async move {
        let row = call.app.look(&call.ctx, GetRate(call.id("exchange rate")?)).await?;
        Ok(Reply::new(200, json(&RateBody::from(&row))))
    })
}

fn list_rates(call: Call) -> Handled {
    Box::pin(async move {
        let page = page(&call)?;
        let code = |name: &str| currency_code(call.query(name).unwrap_or_default()).to_ascii_uppercase();
        let filter = Filter {
            from: code("from_currency"),
            to: code("to_currency"),
            source: call.query("source").unwrap_or_default().to_owned(),
            day: wire::query_date(&call, "effective_date")?,
        };
        let (rows, count) = call.app.look(&call.ctx, ListRates(filter, page)).await?;
        Ok(Reply::new(
            200,
            wire::list(rows.iter().map(RateBody::from).collect(), page, count),
        ))
    })
}

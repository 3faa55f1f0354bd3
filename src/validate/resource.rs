//! Things that are fetched: sources, compression, headers, hashes.

use super::checker::Checker;
use super::data_url::decode_data_url;
use super::url::Url;
use crate::diagnostic::Problem;
use crate::model::Origin;
use crate::model::ignition::{HttpHeader, Reference, Resource, Verification};
use crate::spec::Gates;
use crate::spec::behavior::MERGE_SOURCE_REQUIRED;
use crate::spec::values::{COMPRESSIONS, DATA_SCHEME, HASH_FUNCTIONS, HashFunction, URL_SCHEMES, UrlScheme};

crate::problem! {
    /// A source that is no URL.
    ///
    /// Ignition refuses the whole config, and the machine stops in the initramfs.
    ///
    /// Bad: `http://host:port/file`, `https://host/100%`. Good: `http://host:8080/file`, `https://host/100%25`.
    ///
    /// Source: RFC 3986, as read by the parser of the Go standard library.
    pub(crate) BAD_URL = "FS0202", "bad-url", Error;

    /// A source with a scheme that this version of the specification cannot fetch.
    ///
    /// There are `http`, `https`, `tftp`, `s3` and `data`; `gs` from 3.2.0 and `arn` from 3.4.0. A text without any
    /// scheme is not taken for a file name.
    ///
    /// Bad: `source: file:///etc/motd`. Good: `source: data:,hello`.
    ///
    /// Source: the `source` fields of the Ignition specification.
    pub(crate) BAD_SCHEME = "FS0203", "bad-scheme", Error;

    /// An S3 source whose object version is empty.
    ///
    /// Bad: `s3://bucket/key?versionId=`. Good: `s3://bucket/key`.
    ///
    /// Source: the `source` fields of the Ignition specification.
    pub(crate) BAD_S3_VERSION = "FS0204", "bad-s3-version", Error;

    /// An Amazon resource name that does not name an object in S3.
    ///
    /// Bad: `arn:aws:s3:::bucket`. Good: `arn:aws:s3:::bucket/key`.
    ///
    /// Source: the `source` fields of the Ignition specification, from 3.4.0.
    pub(crate) BAD_ARN = "FS0205", "bad-arn", Error;

    /// A `data:` URL that cannot be decoded.
    ///
    /// Plain data must escape every character that may not stand in a URL (blanks, line ends, quotes, brackets,
    /// anything beyond ASCII). Data in base64 uses the standard alphabet with its padding.
    ///
    /// Bad: `data:,hello world`. Good: `data:,hello%20world`, `data:;base64,aGVsbG8gd29ybGQ=`.
    ///
    /// Source: RFC 2397, as read by the decoder in Ignition.
    pub(crate) BAD_DATA_URL = "FS0206", "bad-data-url", Error;

    /// A compression that Ignition does not know.
    ///
    /// Bad: `compression: xz`. Good: `compression: gzip`.
    ///
    /// Source: the `compression` fields of the Ignition specification.
    pub(crate) BAD_COMPRESSION = "FS0207", "bad-compression", Error;

    /// A hash, but nothing that could be verified.
    ///
    /// Bad: `contents: {verification: {hash: sha512-…}}`. Good: the same with a `source`.
    ///
    /// Source: the `verification` fields of the Ignition specification.
    pub(crate) HASH_WITHOUT_SOURCE = "FS0208", "hash-without-source", Error;

    /// A hash that is not a known function, a dash and the right number of digits.
    ///
    /// `sha512` has 128 hexadecimal digits; `sha256`, from 3.1.0, has 64.
    ///
    /// Bad: `hash: SHA512-…`, or the sum alone. Good: `hash: sha512-` and 128 digits.
    ///
    /// Source: the `verification` fields of the Ignition specification.
    pub(crate) BAD_HASH = "FS0209", "bad-hash", Error;

    /// HTTP headers for a source that is not fetched by HTTP.
    ///
    /// Bad: `httpHeaders` beside `source: s3://…`. Good: leave them out, or use `https`.
    ///
    /// Source: the `httpHeaders` fields of the Ignition specification, from 3.1.0.
    pub(crate) HEADERS_WITHOUT_HTTP = "FS0210", "headers-without-http", Error;

    /// An HTTP header without a name, or with an empty value.
    ///
    /// A header without any value is fine: in a config merged over another it removes that header.
    ///
    /// Bad: `{name: Authorization, value: ""}`. Good: `{name: Accept, value: text/plain}`.
    ///
    /// Source: the `httpHeaders` fields of the Ignition specification, from 3.1.0.
    pub(crate) BAD_HEADER = "FS0211", "bad-header", Error;
}

pub(super) static PROBLEMS: &[&Problem] = &[
    &BAD_URL,
    &BAD_SCHEME,
    &BAD_S3_VERSION,
    &BAD_ARN,
    &BAD_DATA_URL,
    &BAD_COMPRESSION,
    &HASH_WITHOUT_SOURCE,
    &BAD_HASH,
    &HEADERS_WITHOUT_HTTP,
    &BAD_HEADER,
];

/// What is wrong with a URL: the kind of finding, what is wrong, what to do. Never repeats the URL, which may be secret.
pub(super) struct UrlFault {
    problem: &'static Problem,
    message: String,
    help: String,
}

impl UrlFault {
    fn new(problem: &'static Problem, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { problem, message: message.into(), help: help.into() }
    }

    pub(super) fn tell(self, checker: &mut Checker<'_>, origin: &Origin) {
        checker.tell(self.problem, origin, self.message, self.help);
    }

    /// A text that is no URL at all.
    pub(super) fn unparsable(what: &str) -> Self {
        let help = "write blanks and `%` as `%20` and `%25`, the port in digits, an IPv6 address in brackets";
        Self::new(&BAD_URL, format!("{what} is not a valid URL"), help)
    }

    /// A URL of a scheme that does not fit.
    pub(super) fn scheme(what: &str, found: &str, known: &[&str]) -> Self {
        let message = match found {
            "" => format!("{what} has no scheme"),
            _ => format!("{what} has a scheme that cannot be used here"),
        };
        Self::new(&BAD_SCHEME, message, format!("begin it with one of: {}", known.join(", ")))
    }
}

/// What is wrong with a source in that version; an empty one counts as absent.
pub(super) fn source_fault(source: &str, gates: &Gates) -> Option<UrlFault> {
    if source.is_empty() { None } else { url_fault(source, gates) }
}

/// What is wrong with a source, where it cannot be empty.
pub(super) fn url_fault(source: &str, gates: &Gates) -> Option<UrlFault> {
    let Some(url) = Url::parse(source) else { return Some(UrlFault::unparsable("the source")) };
    if UrlScheme::find(&url.scheme, gates).is_none() {
        let known: Vec<&str> = URL_SCHEMES.iter().filter(|s| gates.allow(s.gate)).map(|s| s.word).collect();
        return Some(UrlFault::scheme("the source", &url.scheme, &known));
    }
    match url.scheme.as_str() {
        DATA_SCHEME => decode_data_url(source).err().map(|error| {
            let help = "escape what cannot stand in a URL as `%` and two digits, or use `data:;base64,…`";
            UrlFault::new(&BAD_DATA_URL, format!("the data URL cannot be decoded: {error}"), help)
        }),
        "s3" => s3_version_fault(&url),
        "arn" => arn_fault(&url).or_else(|| s3_version_fault(&url)),
        _ => None,
    }
}

fn s3_version_fault(url: &Url<'_>) -> Option<UrlFault> {
    let help = "name the version of the object, or leave `versionId` out";
    let fault = || UrlFault::new(&BAD_S3_VERSION, "the `versionId` of the source is empty", help);
    url.query_value("versionId").is_some_and(|version| version.is_empty()).then(fault)
}

fn arn_fault(url: &Url<'_>) -> Option<UrlFault> {
    let fault = |message| Some(UrlFault::new(&BAD_ARN, message, "write `arn:PARTITION:s3:::BUCKET/KEY`"));
    let name = url.opaque.unwrap_or_default();
    // The scheme is the first of the six parts.
    let parts: Vec<&str> = name.splitn(5, ':').collect();
    let &[_, service, _, _, resource] = parts.as_slice() else {
        return fault("the resource name has too few parts");
    };
    let slashes = name.matches('/').count();
    match service {
        "s3" if slashes == 0 => fault("the resource name names no object"),
        "s3" if resource.starts_with("accesspoint/") && slashes < 2 => {
            fault("the resource name names an access point, but no object")
        }
        "s3" => None,
        _ => fault("the resource name is not one of S3"),
    }
}

/// A resource or a reference; both have the same fields under the same names.
pub(super) struct Fetched<'a> {
    origin: &'a Origin,
    compression: Option<&'a str>,
    headers: &'a [HttpHeader],
    source: Option<&'a str>,
    verification: &'a Verification,
    /// It is one that Ignition itself uses.
    is_reference: bool,
}

impl<'a> From<&'a Resource> for Fetched<'a> {
    fn from(resource: &'a Resource) -> Self {
        let Resource { origin, compression, http_headers, source, verification } = resource;
        let (compression, source) = (compression.as_deref(), source.as_deref());
        Self { origin, compression, headers: http_headers, source, verification, is_reference: false }
    }
}

impl<'a> From<&'a Reference> for Fetched<'a> {
    fn from(reference: &'a Reference) -> Self {
        let Reference { origin, compression, http_headers, source, verification } = reference;
        let (compression, source) = (compression.as_deref(), source.as_deref());
        Self { origin, compression, headers: http_headers, source, verification, is_reference: true }
    }
}

/// Checks everything about a resource.
pub(super) fn check<'a>(checker: &mut Checker<'_>, fetched: impl Into<Fetched<'a>>) {
    let fetched = fetched.into();
    check_compression(checker, &fetched);
    check_hash_has_source(checker, &fetched);
    if let Some(fault) = fetched.source.and_then(|source| source_fault(source, &checker.gates)) {
        fault.tell(checker, &fetched.origin.field(Resource::source));
    }
    check_headers_fit(checker, &fetched);
    fetched.headers.iter().for_each(|header| check_header(checker, header));
    check_hash(checker, fetched.verification);
}

fn check_compression(checker: &mut Checker<'_>, fetched: &Fetched<'_>) {
    if let Some(compression) = fetched.compression.filter(|found| !COMPRESSIONS.contains(found)) {
        let message = format!("`{compression}` is not a compression that Ignition knows");
        let help = "write `gzip`, or leave it out for plain bytes";
        checker.tell(&BAD_COMPRESSION, &fetched.origin.field(Resource::compression), message, help);
    }
}

fn check_hash_has_source(checker: &mut Checker<'_>, fetched: &Fetched<'_>) {
    let told_otherwise = fetched.is_reference && !checker.allows(MERGE_SOURCE_REQUIRED) && checker.as_reference();
    if fetched.verification.hash.is_some() && fetched.source.is_none() && !told_otherwise {
        let origin = fetched.verification.origin.field(Verification::hash);
        let help = "add `source`, or remove `verification`";
        checker.tell(&HASH_WITHOUT_SOURCE, &origin, "there is a hash, but no source to verify", help);
    }
}

fn check_headers_fit(checker: &mut Checker<'_>, fetched: &Fetched<'_>) {
    if fetched.headers.is_empty() {
        return;
    }
    let origin = fetched.origin.field(Resource::http_headers);
    let source = fetched.source.filter(|source| !source.is_empty());
    match source.map(Url::parse) {
        None => {
            let help = "add an `http` or `https` source, or remove the headers";
            checker.tell(&HEADERS_WITHOUT_HTTP, &origin, "there are HTTP headers, but no source", help);
        }
        // The source itself is told already.
        Some(None) if !checker.as_reference() => {}
        Some(None) => {
            let message = "there are HTTP headers, but the source is not a valid URL";
            checker.tell(&HEADERS_WITHOUT_HTTP, &origin, message, "mend the source");
        }
        Some(Some(url)) => match UrlScheme::find(&url.scheme, &checker.gates) {
            Some(scheme) if scheme.headers => {}
            None if !checker.as_reference() => {}
            _ => {
                let help = "use an `http` or `https` source, or remove the headers";
                checker.tell(&HEADERS_WITHOUT_HTTP, &origin, "the source cannot be fetched with HTTP headers", help);
            }
        },
    }
}

fn check_header(checker: &mut Checker<'_>, header: &HttpHeader) {
    if header.name.is_empty() {
        let origin = header.origin.field(HttpHeader::name);
        checker.tell(&BAD_HEADER, &origin, "the header has no name", "give it a name such as `Accept`");
    }
    if header.value.as_deref() == Some("") {
        let origin = header.origin.field(HttpHeader::value);
        let help = "give it a value, or remove the key `value` if the header of a parent config shall go";
        checker.tell(&BAD_HEADER, &origin, "the header has an empty value", help);
    }
}

fn check_hash(checker: &mut Checker<'_>, verification: &Verification) {
    let Some(hash) = &verification.hash else { return };
    let fault = match hash.split_once('-') {
        None => Some("the hash does not say which function made it".to_owned()),
        Some((word, digits)) => match HashFunction::find(word, &checker.gates) {
            None => Some("the hash names a function that is not known here".to_owned()),
            Some(function) if digits.len() != function.digits => {
                let (word, want, found) = (function.word, function.digits, digits.len());
                Some(format!("a {word} sum has {want} digits, this one has {found}"))
            }
            Some(_) => None,
        },
    };
    if let Some(message) = fault {
        let known = HASH_FUNCTIONS.iter().filter(|function| checker.allows(function.gate));
        let forms: Vec<String> = known.map(|known| format!("`{}-` and {} digits", known.word, known.digits)).collect();
        let origin = verification.origin.field(Verification::hash);
        checker.tell(&BAD_HASH, &origin, message, format!("write {}", forms.join(", or ")));
    }
}

//! The `ignition` section: merged configs, certificate authorities, proxies.

use super::checker::{Checker, is_empty};
use super::resource::{self, UrlFault, source_fault, url_fault};
use super::url::Url;
use crate::diagnostic::Problem;
use crate::model::Origin;
use crate::model::ignition::{ConfigSources, Ignition, Proxy, Reference, Tls};
use crate::spec::behavior::{MERGE_SOURCE_REQUIRED, REFERENCE_FAULT_TOLD_TWICE};

crate::problem! {
    /// A config to merge, or a certificate authority, without a source.
    ///
    /// There is nothing to fetch, so Ignition refuses the whole config.
    ///
    /// Bad: `merge: [{}]`. Good: `merge: [{source: "https://…"}]`.
    ///
    /// Source: `ignition.config.merge` and `ignition.security.tls.certificateAuthorities` of the specification.
    pub(crate) MISSING_SOURCE = "FS0201", "missing-source", Error;

    /// A proxy that is not reached by HTTP or HTTPS.
    ///
    /// Bad: `httpProxy: "proxy.example.com:3128"`. Good: `httpProxy: "http://proxy.example.com:3128"`.
    ///
    /// Source: `ignition.proxy` of the specification, from 3.1.0.
    pub(crate) BAD_PROXY = "FS0212", "bad-proxy", Error;

    /// A proxy for HTTPS that is itself reached without encryption.
    ///
    /// What is fetched stays encrypted, but the names of the hosts, and a password for the proxy, are sent in the clear.
    ///
    /// Bad: `httpsProxy: "http://…"`. Good: `httpsProxy: "https://…"`.
    ///
    /// Source: `ignition.proxy` of the specification, from 3.1.0.
    pub(crate) PLAINTEXT_PROXY = "FS0213", "plaintext-proxy", Warning;
}

pub(super) static PROBLEMS: &[&Problem] = &[&MISSING_SOURCE, &BAD_PROXY, &PLAINTEXT_PROXY];

pub(super) fn check(checker: &mut Checker<'_>, ignition: &Ignition) {
    check_sources(checker, &ignition.config);
    check_proxy(checker, &ignition.proxy);
    check_authorities(checker, &ignition.security.tls);
}

fn check_sources(checker: &mut Checker<'_>, config: &ConfigSources) {
    if checker.allows(MERGE_SOURCE_REQUIRED) {
        config.merge.iter().for_each(|reference| check_has_source(checker, reference, "the config to merge"));
    }
    config.merge.iter().for_each(|reference| resource::check(checker, reference));
    resource::check(checker, &config.replace);
}

fn check_authorities(checker: &mut Checker<'_>, tls: &Tls) {
    let authorities = &tls.certificate_authorities;
    if checker.allows(MERGE_SOURCE_REQUIRED) {
        authorities.iter().for_each(|reference| check_has_source(checker, reference, "the certificate authority"));
    }
    for reference in authorities {
        if !checker.allows(MERGE_SOURCE_REQUIRED) && is_empty(&reference.source) {
            // The first version has a plain text there, and an empty one is a URL without a scheme.
            if let Some(fault) = url_fault("", &checker.gates) {
                fault.tell(checker, &reference.origin.field(Reference::source));
            }
        }
        resource::check(checker, reference);
    }
}

fn check_has_source(checker: &mut Checker<'_>, reference: &Reference, what: &str) {
    let Some(source) = reference.source.as_deref().filter(|source| !source.is_empty()) else {
        let help = "add `source` with the URL to fetch it from";
        return checker.tell(&MISSING_SOURCE, &reference.origin, format!("{what} has no source"), help);
    };
    if checker.as_reference()
        && checker.allows(REFERENCE_FAULT_TOLD_TWICE)
        && let Some(fault) = source_fault(source, &checker.gates)
    {
        fault.tell(checker, &reference.origin);
    }
}

fn check_proxy(checker: &mut Checker<'_>, proxy: &Proxy) {
    if let Some(url) = &proxy.http_proxy {
        check_proxy_url(checker, url, &proxy.origin.field(Proxy::http_proxy));
    }
    let Some(url) = &proxy.https_proxy else { return };
    let origin = proxy.origin.field(Proxy::https_proxy);
    if check_proxy_url(checker, url, &origin).as_deref() == Some("http") {
        let message = "the proxy for HTTPS is reached by plain HTTP";
        let help = "use an `https` proxy if there is one; otherwise treat what the proxy sees as public";
        checker.tell(&PLAINTEXT_PROXY, &origin, message, help);
    }
}

/// The scheme, if the URL is one that can be parsed.
fn check_proxy_url(checker: &mut Checker<'_>, url: &str, origin: &Origin) -> Option<String> {
    let Some(url) = Url::parse(url) else {
        UrlFault::unparsable("the proxy").tell(checker, origin);
        return None;
    };
    if !matches!(url.scheme.as_str(), "http" | "https") {
        let message = "the proxy is not an `http` or `https` URL";
        checker.tell(&BAD_PROXY, origin, message, "write it as `http://HOST:PORT`, or leave it out for no proxy");
    }
    Some(url.scheme)
}

//! The user-data Secret: a pointer config that names the pool a machine boots into.

use crate::document::{Document, NodeId, Path, Value, json};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Why a Secret cannot be rewritten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserDataFault {
    /// Where in the Secret; the root for the whole.
    pub path: Path,
    /// What is wrong, as a sentence without a final stop; no part of the user data.
    pub message: String,
    /// What to do.
    pub help: String,
}

/// The Secret for another pool, and how many certificate authorities its pointer config has.
#[derive(Debug, Clone, PartialEq)]
pub struct Rewritten {
    /// The new Secret.
    pub secret: Value,
    /// Entries of `ignition.security.tls.certificateAuthorities`.
    pub authorities: usize,
}

/// Makes the Secret `name` of the exported Secret `document`: sources of the pointer config that end in
/// `/config/<from>` end in `/config/<to>` afterwards, every other byte of it stays as it is, and what the API server
/// added to the metadata is left out.
///
/// # Errors
/// When this is no Secret with a pointer config, or it is not clear which source is meant.
pub fn rewrite_user_data(document: &Document, from: &str, to: &str, name: &str) -> Result<Rewritten, UserDataFault> {
    let fault = |path: Path, message: &str, help: &str| UserDataFault {
        path,
        message: message.to_owned(),
        help: help.to_owned(),
    };
    let export = "export it with `oc -n openshift-machine-api get secret NAME -o json`";
    let root = document.root().ok_or_else(|| fault(Path::root(), "the file is empty", export))?;
    let text = |node: Option<NodeId>| node.and_then(|node| document.value(node)).unwrap_or_default();
    if text(document.get(root, "kind")) != "Secret" {
        return Err(fault(Path::root().join("kind"), "this is no Secret", export));
    }
    let data_path = Path::root().join("data");
    let data = document.get(root, "data").ok_or_else(|| fault(Path::root(), "the Secret has no `data`", export))?;
    let user_data_path = data_path.join("userData");
    let encoded = document.get(data, "userData").and_then(|node| document.value(node));
    let encoded = encoded.ok_or_else(|| fault(data_path.clone(), "the Secret has no `userData`", export))?;
    let compact: String = encoded.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    let pointer =
        STANDARD.decode(&compact).map_err(|_| fault(user_data_path.clone(), "`userData` is no base64", export))?;
    let (pointer, authorities) =
        rewrite_pointer(&pointer, from, to).map_err(|(message, help)| fault(user_data_path, &message, &help))?;
    let entries = document.entries(data).iter().map(|&(key, value)| {
        let key = text(Some(key)).to_owned();
        let value = if key == "userData" { STANDARD.encode(&pointer) } else { text(Some(value)).to_owned() };
        (key, Value::from(value))
    });
    let namespace = document.get(root, "metadata").and_then(|metadata| document.get(metadata, "namespace"));
    let namespace = Some(text(namespace)).filter(|name| !name.is_empty()).unwrap_or("openshift-machine-api");
    let kind = Some(text(document.get(root, "type"))).filter(|kind| !kind.is_empty()).unwrap_or("Opaque");
    let secret = Value::Mapping(vec![
        ("apiVersion".into(), "v1".into()),
        ("kind".into(), "Secret".into()),
        ("metadata".into(), Value::Mapping(vec![("name".into(), name.into()), ("namespace".into(), namespace.into())])),
        ("type".into(), kind.into()),
        ("data".into(), Value::Mapping(entries.collect())),
    ]);
    Ok(Rewritten { secret, authorities })
}

/// The pointer config for another pool, byte for byte what it was but for the ends of the matching sources.
fn rewrite_pointer(bytes: &[u8], from: &str, to: &str) -> Result<(Vec<u8>, usize), (String, String)> {
    let whose = "take the Secret that the installer or the operator made".to_owned();
    let document = json::read(bytes)
        .map_err(|_| ("the user data is no JSON, so it is no Ignition pointer config".to_owned(), whose.clone()))?;
    let root = document.root().ok_or_else(|| ("the user data is empty".to_owned(), whose.clone()))?;
    let ignition = document.get(root, "ignition");
    let version = ignition.and_then(|node| document.get(node, "version")).and_then(|node| document.value(node));
    let known = version.is_some_and(|version| version.starts_with("3.") || version.starts_with("2."));
    let (Some(ignition), true) = (ignition, known) else {
        return Err(("the user data names no Ignition version, so it is no pointer config".to_owned(), whose));
    };
    let suffix = format!("/config/{from}");
    let sources: Vec<NodeId> = sources(&document, ignition);
    let matching: Vec<(NodeId, url::Url)> = sources
        .iter()
        .filter_map(|&node| Some((node, url::Url::parse(document.value(node)?).ok()?)))
        .filter(|(_, url)| matches!(url.scheme(), "http" | "https") && url.path() == suffix)
        .filter(|(node, _)| document.value(*node).is_some_and(|text| text.ends_with(&suffix)))
        .collect();
    let Some((_, first)) = matching.first() else {
        return Err((
            format!("no source of the pointer config ends in `{suffix}`"),
            "say in `user_data.from_pool` which pool the exported Secret belongs to".to_owned(),
        ));
    };
    if matching.iter().any(|(_, url)| (url.host_str(), url.port()) != (first.host_str(), first.port())) {
        return Err((
            format!("several sources end in `{suffix}` and lead to different hosts"),
            "leave only the right one in the exported Secret".to_owned(),
        ));
    }
    let text = document.text();
    let mut out = String::with_capacity(text.len() + to.len());
    let mut written = 0;
    let mut spans: Vec<_> = matching.iter().map(|(node, _)| document.node(*node).span.range()).collect();
    spans.sort_by_key(|span| span.start);
    for span in spans {
        // The scalar's text ends in the pool's name and a quote; a pool's name has no character that JSON escapes.
        let end = span.end - 1;
        let Some(start) = end.checked_sub(from.len()).filter(|&start| text.get(start..end) == Some(from)) else {
            return Err(("a source is written with escapes that hide the pool's name".to_owned(), whose));
        };
        out.push_str(&text[written..start]);
        out.push_str(to);
        written = end;
    }
    out.push_str(&text[written..]);
    let authorities = ["security", "tls", "certificateAuthorities"]
        .into_iter()
        .try_fold(ignition, |node, key| document.get(node, key))
        .map_or(0, |list| document.items(list).len());
    Ok((out.into_bytes(), authorities))
}

/// The sources of further configs: `merge` and `replace` of spec 3, `append` and `replace` of spec 2.
fn sources(document: &Document, ignition: NodeId) -> Vec<NodeId> {
    let Some(config) = document.get(ignition, "config") else { return Vec::new() };
    let lists = ["merge", "append"].into_iter().filter_map(|key| document.get(config, key));
    let entries = lists.flat_map(|list| document.items(list).to_vec());
    entries.chain(document.get(config, "replace")).filter_map(|entry| document.get(entry, "source")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::yaml;

    const POINTER: &str = concat!(
        r#"{"ignition":{"config":{"merge":[{"source":"https://api-int.lab.example:22623/config/master","x":1},"#,
        r#"{"source":"data:,%7B%7D"}]},"proxy":{},"security":{"tls":{"certificateAuthorities":[{"source":"data:,x"}]}},"#,
        r#""version":"3.9.0"}}"#,
        "\n"
    );

    fn secret(pointer: &str) -> Document {
        let text = format!(
            "apiVersion: v1\nkind: Secret\nmetadata: {{name: master-user-data, uid: x, namespace: openshift-machine-api}}\n\
             data: {{disableTemplating: dHJ1ZQo=, userData: {}}}\ntype: Opaque\n",
            STANDARD.encode(pointer)
        );
        yaml::read(text.as_bytes()).expect("bug: the test's own text is YAML")
    }

    fn decoded(rewritten: &Rewritten) -> String {
        let data = rewritten.secret.get("data").and_then(|data| data.get("userData")).and_then(Value::as_str);
        String::from_utf8(STANDARD.decode(data.expect("bug: userData is always there")).expect("base64"))
            .expect("UTF-8")
    }

    #[test]
    fn only_the_pool_changes() {
        let rewritten = rewrite_user_data(&secret(POINTER), "master", "etcd", "etcd-user-data").expect("rewritten");
        assert_eq!(decoded(&rewritten), POINTER.replace("/config/master", "/config/etcd"));
        assert_eq!(rewritten.authorities, 1);
        let metadata = rewritten.secret.get("metadata").expect("metadata");
        assert_eq!(metadata.get("uid"), None);
        assert_eq!(metadata.get("name").and_then(Value::as_str), Some("etcd-user-data"));
    }

    #[test]
    fn spec_2_and_escaped_slashes() {
        let pointer =
            r#"{"ignition":{"version":"2.2.0","config":{"append":[{"source":"https:\/\/h:22623\/config\/worker"}]}}}"#;
        let rewritten = rewrite_user_data(&secret(pointer), "worker", "gpu", "gpu-user-data").expect("rewritten");
        assert_eq!(decoded(&rewritten), pointer.replace("worker", "gpu"));
    }

    #[test]
    fn what_is_not_clear_is_refused() {
        let two = r#"{"ignition":{"version":"3.2.0","config":{"merge":[{"source":"https://a/config/master"},{"source":"https://b/config/master"}]}}}"#;
        for pointer in [POINTER.replace("/config/master", "/config/worker").as_str(), two, "not json", "{}", ""] {
            assert!(rewrite_user_data(&secret(pointer), "master", "etcd", "x").is_err(), "{pointer}");
        }
        let pod = yaml::read(b"kind: Pod\n").expect("YAML");
        assert!(rewrite_user_data(&pod, "master", "etcd", "x").is_err());
    }
}

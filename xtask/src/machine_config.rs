//! Takes a MachineConfig apart with nothing of the code that put it together but the YAML reader.

use base64::Engine;
use firesteel::document::yaml::{self, Resolved};
use firesteel::document::{Document, Kind, NodeId, ScalarStyle};
use serde_json::{Map, Value};

/// A file or unit that a config puts on a host.
#[derive(Debug, PartialEq)]
pub struct Laid {
    /// Its absolute path.
    pub path: String,
    pub mode: u32,
    pub bytes: Vec<u8>,
}

/// The Ignition config inside the object, as JSON; `None` when the object is no MachineConfig.
pub fn config(text: &str) -> Result<Option<Value>, String> {
    let document = yaml::read(text.as_bytes()).map_err(|error| error.to_string())?;
    let object = document.root().map_or(Value::Null, |root| json(&document, root));
    match object["kind"].as_str() {
        Some("MachineConfig") if object["spec"]["config"].is_object() => Ok(Some(object["spec"]["config"].clone())),
        Some("MachineConfig") => Err("it has no spec.config".into()),
        _ => Ok(None),
    }
}

/// Everything that the config writes outside of devices, units and drop-ins included.
pub fn laid(config: &Value) -> Result<Vec<Laid>, String> {
    let mut all = Vec::new();
    for file in list(&config["storage"]["files"]) {
        let path = text(file, "path")?;
        let contents = &file["contents"];
        if contents["compression"].as_str().is_some_and(|compression| !compression.is_empty()) {
            return Err(format!("{path}: compressed, which OpenShift refuses"));
        }
        let bytes = data(contents["source"].as_str().unwrap_or("data:,")).ok_or(format!("{path}: no data URL"))?;
        all.push(Laid { path, mode: file["mode"].as_u64().unwrap_or(0o644) as u32, bytes });
    }
    for unit in list(&config["systemd"]["units"]) {
        let path = format!("/etc/systemd/system/{}", text(unit, "name")?);
        for dropin in list(&unit["dropins"]) {
            let path = format!("{path}.d/{}", text(dropin, "name")?);
            all.push(Laid { path, mode: 0o644, bytes: text(dropin, "contents")?.into_bytes() });
        }
        if let Some(contents) = unit["contents"].as_str() {
            all.push(Laid { path, mode: 0o644, bytes: contents.as_bytes().to_vec() });
        }
    }
    Ok(all)
}

/// The names of units, all and those that the config enables.
pub fn units(config: &Value) -> (Vec<String>, Vec<String>) {
    let named = |unit: &&Value| unit["name"].as_str().map(str::to_owned);
    let units = list(&config["systemd"]["units"]);
    let enabled = units.iter().filter(|unit| unit["enabled"] == true);
    (units.iter().filter_map(|unit| named(&unit)).collect(), enabled.filter_map(|unit| named(&unit)).collect())
}

/// The lines of a preset file for the units that the config enables or disables.
pub fn presets(config: &Value) -> Vec<String> {
    let line = |unit: &Value| {
        let verb = if unit["enabled"].as_bool()? { "enable" } else { "disable" };
        Some(format!("{verb} {}", unit["name"].as_str()?))
    };
    list(&config["systemd"]["units"]).iter().filter_map(line).collect()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text(value: &Value, key: &str) -> Result<String, String> {
    value[key].as_str().map(str::to_owned).ok_or_else(|| format!("`{key}` is missing"))
}

fn data(url: &str) -> Option<Vec<u8>> {
    let (head, payload) = url.strip_prefix("data:")?.split_once(',')?;
    let bytes: Vec<u8> = percent_encoding::percent_decode_str(payload).collect();
    if head.ends_with(";base64") { base64::engine::general_purpose::STANDARD.decode(bytes).ok() } else { Some(bytes) }
}

/// Our own output is no deeper than a handful of levels, so this may call itself.
fn json(document: &Document, id: NodeId) -> Value {
    let id = document.resolve(id);
    match &document.node(id).kind {
        Kind::Mapping { entries, .. } => {
            let named = |key| document.value(key).unwrap_or_default().to_owned();
            Value::Object(
                entries.iter().map(|&(key, value)| (named(key), json(document, value))).collect::<Map<_, _>>(),
            )
        }
        Kind::Sequence { items, .. } => items.iter().map(|&item| json(document, item)).collect(),
        Kind::Scalar { style, .. } => {
            let text = document.value(id).unwrap_or_default();
            match (style, yaml::resolve_plain(text)) {
                (ScalarStyle::Plain, Resolved::Null) => Value::Null,
                (ScalarStyle::Plain, Resolved::Bool(value)) => value.into(),
                (ScalarStyle::Plain, Resolved::Int(value)) => value.into(),
                _ => text.into(),
            }
        }
        Kind::Alias { .. } => Value::Null,
    }
}

#[cfg(test)]
mod unit {
    use super::*;

    const OBJECT: &str = "\
kind: MachineConfig
spec:
  config:
    ignition: {version: 3.2.0}
    storage:
      files:
      - path: /etc/a
        mode: 384
        contents: {source: 'data:,a%20b', compression: ''}
      - path: /etc/b
        contents: {source: 'data:;base64,YWI='}
    systemd:
      units:
      - name: a.service
        enabled: true
        contents: |
          [Unit]
        dropins: [{name: x.conf, contents: \"[Service]\\n\"}]
      - name: b.service
";

    #[test]
    fn taken_apart() {
        let config = config(OBJECT).expect("it is well-formed").expect("it is a MachineConfig");
        assert_eq!(config["ignition"]["version"], "3.2.0");
        let laid = laid(&config).expect("it is complete");
        let shown: Vec<(&str, u32, &[u8])> = laid.iter().map(|laid| (&*laid.path, laid.mode, &*laid.bytes)).collect();
        assert_eq!(
            shown,
            [
                ("/etc/a", 0o600, &b"a b"[..]),
                ("/etc/b", 0o644, b"ab"),
                ("/etc/systemd/system/a.service.d/x.conf", 0o644, b"[Service]\n"),
                ("/etc/systemd/system/a.service", 0o644, b"[Unit]\n"),
            ]
        );
        assert_eq!(units(&config), (vec!["a.service".into(), "b.service".into()], vec!["a.service".into()]));
        assert_eq!(presets(&config), ["enable a.service"]);
    }

    #[test]
    fn other_objects_and_broken_ones() {
        assert_eq!(super::config("kind: Secret\n"), Ok(None));
        assert!(super::config("kind: MachineConfig\n").is_err());
        assert!(super::config("a: [").is_err());
    }
}

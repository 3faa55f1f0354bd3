//! The names of iSCSI initiators and targets, and the port.

/// The port of iSCSI (RFC 7143, 4.2.8), and the one that SELinux's policy on Fedora and RHEL lets iscsid connect to
/// (selinux-policy, `iscsi.te`, `corenetwork.te`). The few others that it may reach have uses of their own.
pub const ISCSI_PORT: u16 = 3260;

/// The longest iSCSI name in bytes (RFC 7143, 4.2.7.1).
pub const ISCSI_NAME_BYTES: usize = 223;

/// Checks an iSCSI name: `iqn.`, `eui.` or `naa.` (RFC 7143, 4.2.7; RFC 3722 for the characters).
///
/// # Errors
/// The end of a sentence that says what is wrong with it.
pub fn iscsi_name(name: &str) -> Result<(), String> {
    if name.len() > ISCSI_NAME_BYTES {
        return Err(format!("it has {} bytes, and {ISCSI_NAME_BYTES} is the most", name.len()));
    }
    if let Some(odd) = name.chars().find(|c| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | ':'))) {
        return Err(format!("`{}` may not stand in it: only letters, digits, `-`, `.` and `:`", odd.escape_default()));
    }
    let lower = name.to_ascii_lowercase();
    let hex = |digits: &str, lengths: &[usize]| {
        lengths.contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    match lower.split_once('.') {
        Some(("iqn", rest)) => iqn(rest),
        Some(("eui", digits)) if hex(digits, &[16]) => Ok(()),
        Some(("eui", _)) => Err("after `eui.` come exactly 16 hexadecimal digits".into()),
        Some(("naa", digits)) if hex(digits, &[16, 32]) => Ok(()),
        Some(("naa", _)) => Err("after `naa.` come exactly 16 or 32 hexadecimal digits".into()),
        _ => Err("it must begin with `iqn.`, `eui.` or `naa.`".into()),
    }
}

fn iqn(rest: &str) -> Result<(), String> {
    let (date, after) = rest.split_once('.').unwrap_or((rest, ""));
    let month = match date.split_once('-') {
        Some((year, month)) if year.len() == 4 && month.len() == 2 && year.bytes().all(|b| b.is_ascii_digit()) => {
            month.parse::<u8>().unwrap_or(0)
        }
        _ => return Err("after `iqn.` comes a year and month, as in `iqn.2024-02.com.example:disk`".into()),
    };
    if !(1..=12).contains(&month) {
        return Err(format!("`{date}` is no year and month"));
    }
    let domain = after.split(':').next().unwrap_or_default();
    if domain.is_empty() || domain.split('.').any(str::is_empty) {
        return Err("after the date comes a reversed domain name, as in `iqn.2024-02.com.example:disk`".into());
    }
    Ok(())
}

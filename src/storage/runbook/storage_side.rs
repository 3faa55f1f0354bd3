//! The storage side: who runs it where, and what it must not meet.

use super::page::Page;
use crate::asset::TargetForm;
use crate::storage::target::file_name;

pub(super) fn set_up(form: TargetForm, page: &mut Page) {
    let file = file_name(form);
    page.section("Set up the storage");
    page.lines([
        format!("`extra/{file}` makes the storage side of the LUNs that these nodes log in to."),
        "`STORAGE` is the machine with the storage; the portals of the spec are its addresses.".to_owned(),
        "What every node logs in with stands in it: root alone may read it, and it is removed at the end.".to_owned(),
    ]);
    let run = match form {
        TargetForm::Tgt | TargetForm::Targetcli => format!("ssh root@STORAGE bash /root/{file}"),
        TargetForm::Saveconfig => format!("ssh root@STORAGE targetcli restoreconfig /root/{file}"),
    };
    let mut commands = vec![format!("scp -p OUT/extra/{file} root@STORAGE:/root/{file}"), run];
    if form == TargetForm::Saveconfig {
        commands.push("ssh root@STORAGE targetcli saveconfig".to_owned());
    }
    commands.push(format!("ssh root@STORAGE rm /root/{file}"));
    page.commands(commands);
    match form {
        TargetForm::Tgt => page.lines([
            "It touches nothing when a target, an account or a backstore of these is there already, and says which.",
            "tgtd forgets everything when it ends: run the script after each start of it, or keep what \
             `tgt-admin --dump` prints, with the same care as the script.",
        ]),
        TargetForm::Targetcli => page.lines([
            "It touches nothing when a target or a backstore of these is there already, and says which.",
            "It saves the configuration; the service of LIO brings it back after a boot, if it is enabled.",
        ]),
        TargetForm::Saveconfig => page.lines([
            "`targetcli restoreconfig` refuses when a target or a backstore of these names is there already.",
            "**Do not use `targetctl restore`, and do not copy the file over the machine's own: both take away \
             everything else that the machine shows.**",
        ]),
    }
}

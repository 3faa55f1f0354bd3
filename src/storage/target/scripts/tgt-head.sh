#!/bin/bash
# The storage side for tgt, made by Firesteel from the spec whose nodes log in here.
#
#   bash target.sh            as root, on the machine with the storage, while tgtd runs
#
# It looks at everything first. If anything is in the way, it says so, touches nothing and exits with 1.
# If a step fails later, it takes back what it made, except files.
#
# - This file holds the nodes' secrets: keep it 0600. They also stand on the command lines of tgtadm, which takes
#   them no other way: whoever can list the processes of this machine sees them while this runs.
# - tgtd forgets everything when it ends. Run this after each start of it, or save what `tgt-admin --dump` prints.
# - Portals belong to tgtd, not to a target, and one that listens on all addresses is refused. Start it with
#   `tgtd --iscsi portal=ADDRESS:PORT`, as the lines `portal` below have it.
# - TGT_CONTROL_PORT chooses between several tgtd on one machine.
set -euo pipefail
export LC_ALL=C
PATH=$PATH:/usr/sbin:/sbin

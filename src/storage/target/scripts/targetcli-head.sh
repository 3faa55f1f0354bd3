#!/bin/bash
# The storage side for LIO, the target of the Linux kernel, made by Firesteel from the spec whose nodes log in here.
#
#   bash target.sh            as root, on the machine with the storage
#
# It looks at everything first. If anything is in the way, it says so, touches nothing and exits with 1.
# If a step fails later, it takes back what it made, except files.
#
# - This file holds the nodes' secrets: keep it 0600. They go from here to the kernel through files, so that no
#   command line and no log of targetcli has them.
# - At the end `targetcli saveconfig` saves the whole configuration that runs then, so that it comes back after a boot
#   where the service of LIO (target.service, or rtslib-fb-targetctl.service) is enabled.
set -euo pipefail
export LC_ALL=C
PATH=$PATH:/usr/sbin:/sbin

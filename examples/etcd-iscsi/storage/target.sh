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

facts() {
    cat <<'END_OF_FACTS'
target iqn.2024-02.com.example.san:etcd
initiator iqn.1994-05.com.redhat:master0 master0 example-chap-0
lun 0 0 block master-0.etcd /dev/vg/master-0 - 1639e0d9-bdb5-5f30-a438-71db427c0df2
initiator iqn.1994-05.com.redhat:master1 master1 example-chap-1
lun 0 1 block master-1.etcd /dev/vg/master-1 - fb8eaa6d-8758-5d64-a5db-3cbde318c5c0
initiator iqn.1994-05.com.redhat:master2 master2 example-chap-2
lun 0 2 block master-2.etcd /dev/vg/master-2 - dc3299e5-42d8-5517-b5cd-c72e2fb239bb
portal 192.0.2.146 3260
enable iqn.2024-02.com.example.san:etcd
END_OF_FACTS
}

refusals=0

refuse() {
    printf 'refused: %s\n' "$*" >&2
    refusals=$((refusals + 1))
}

# Everything at once, so that one look mends all.
stop_if_refused() {
    if ((refusals > 0)); then
        echo 'nothing was touched' >&2
        exit 1
    fi
}

check_programs() {
    local program
    [[ $(id -u) -eq 0 ]] || refuse 'this needs root'
    for program in "$@"; do
        command -v "$program" >/dev/null || refuse "the program $program is not installed"
    done
    stop_if_refused
}

# An address that a machine does not have cannot be listened on; most likely this is the wrong machine.
check_address() {
    local address=${1#[}
    address=${address%]}
    [[ -n $(ip -o address show to "$address") ]] || refuse "no interface of this machine has the address $address"
}

check_block_device() {
    local path=$1 device holder
    if [[ ! -b $path ]]; then
        refuse "$path is no block device"
        return
    fi
    device=$(readlink --canonicalize-missing "$path")
    if findmnt --noheadings --source "$device" >/dev/null; then
        refuse "$path is mounted"
    fi
    if grep --quiet --fixed-strings "$device " /proc/swaps; then
        refuse "$path is swap"
    fi
    for holder in "/sys/class/block/${device##*/}/holders/"*; do
        [[ ! -e $holder ]] || refuse "$path is in use by ${holder##*/}"
    done
}

check_file() {
    local path=$1 size=$2 found
    if [[ -e $path || -L $path ]]; then
        if [[ ! -f $path ]]; then
            refuse "$path is there and no file"
            return
        fi
        found=$(stat --dereference --format=%s "$path")
        [[ $found -eq $size ]] || refuse "$path is there with $found bytes, and $size are meant"
    elif [[ ! -d ${path%/*} ]]; then
        refuse "the folder of $path is not there"
    fi
}

# A file that is there has its size, and perhaps data: it stays as it is. One without its size would be in the way of
# the next try.
make_file() {
    [[ ! -e $1 ]] || return 0
    if ! (umask 077 && truncate --size="$2" "$1"); then
        rm --force "$1"
        return 1
    fi
}

configfs=${TARGET_CONFIGFS:-/sys/kernel/config/target}

# Settings and log are this run's own: root's stay as they are.
cli() {
    local output
    if ! output=$(TARGETCLI_HOME=$home HOME=$home targetcli "$@" </dev/null 2>&1); then
        printf '%s\n' "targetcli $*:" "$output" >&2
        return 1
    fi
}

check() {
    local word a b c d e f found
    # Values that LIO does not have.
    local plugin path size
    while read -r word a b c d e f _; do
        case $word in
            target)
                [[ ! -e $configfs/iscsi/$a ]] || refuse "LIO has a target $a already"
                ;;
            lun)
                plugin=$c path=$e size=$f
                for found in "$configfs"/core/*/"$d"; do
                    [[ ! -e $found ]] || refuse "LIO has a backstore $d already"
                done
                for found in "$configfs"/core/*/*/udev_path; do
                    [[ ! -e $found || $(<"$found") != "$path" ]] || refuse "LIO shows $path already"
                done
                if [[ $plugin == block ]]; then check_block_device "$path"; else check_file "$path" "$size"; fi
                ;;
            portal)
                check_address "$a"
                for found in "$configfs"/iscsi/*/tpgt_*/np/{0.0.0.0,\[::0\],\[::\]}:"$b"; do
                    [[ ! -e $found ]] || refuse "another target listens on all addresses at port $b: $found"
                done
                ;;
        esac
    done < <(facts)
}

# What this run made, newest last.
made=()

finish() {
    local at word what
    if [[ $done == no ]]; then
        for ((at = ${#made[@]} - 1; at >= 0; at--)); do
            read -r word what <<<"${made[at]}"
            cli "$word" delete "$what" || echo "could not be taken back: $word $what" >&2
        done
        echo 'it failed; what was made is taken back' >&2
    fi
    rm --recursive --force "$home"
}

fail() {
    printf '%s\n' "$*" >&2
    exit 1
}

# Nobody gets in before all of this is so.
verify() {
    local tpg=$1 acl
    [[ $(<"$tpg/attrib/authentication") == 1 ]] || fail "$tpg does not ask for credentials"
    [[ $(<"$tpg/attrib/generate_node_acls") == 0 ]] || fail "$tpg lets everyone in"
    for acl in "$tpg"/acls/*; do
        [[ -n $(<"$acl/auth/userid") && -n $(<"$acl/auth/password") ]] || fail "$acl has no credentials"
    done
    for acl in "$tpg"/np/{0.0.0.0,\[::0\],\[::\]}:*; do
        [[ ! -e $acl ]] || fail "$tpg listens on all addresses"
    done
}

make() {
    local word a b c d e f g target='' tpg='' initiator=''
    # Nothing is added that the facts do not name, and a target listens when it is whole.
    cli set global auto_add_default_portal=false auto_add_mapped_luns=false auto_enable_tpgt=false
    while read -r word a b c d e f g; do
        case $word in
            target)
                target=/iscsi/$a/tpg1 tpg=$configfs/iscsi/$a/tpgt_1
                cli /iscsi create "$a"
                made+=("/iscsi $a")
                cli "$target" set attribute authentication=1 cache_dynamic_acls=0 demo_mode_write_protect=1 \
                    generate_node_acls=0
                ;;
            initiator)
                initiator=$a
                cli "$target/acls" create "$a" add_mapped_luns=false
                # Not through targetcli, whose arguments everyone sees.
                printf %s "$b" >"$tpg/acls/$a/auth/userid"
                printf %s "$c" >"$tpg/acls/$a/auth/password"
                ;;
            mutual)
                printf %s "$a" >"$tpg/acls/$initiator/auth/userid_mutual"
                printf %s "$b" >"$tpg/acls/$initiator/auth/password_mutual"
                ;;
            lun)
                if [[ $c == block ]]; then
                    cli /backstores/block create "name=$d" "dev=$e" readonly=false "wwn=$g"
                else
                    make_file "$e" "$f"
                    cli /backstores/fileio create "name=$d" "file_or_dev=$e" "size=$f" write_back=false "wwn=$g"
                fi
                made+=("/backstores/$c $d")
                cli "$target/luns" create "storage_object=/backstores/$c/$d" "lun=$b" add_mapped_luns=false
                cli "$target/acls/$initiator" create "mapped_lun=$a" "tpg_lun_or_backstore=$b" write_protect=false
                ;;
            portal) cli "$target/portals" create "ip_address=$a" "ip_port=$b" ;;
            enable)
                verify "$tpg"
                cli "$target" enable
                ;;
        esac
    done < <(facts)
    cli saveconfig
}

check_programs targetcli ip findmnt
check
stop_if_refused
home=$(mktemp --directory)
done=no
trap finish EXIT
make
done=yes
echo 'the storage side is there'

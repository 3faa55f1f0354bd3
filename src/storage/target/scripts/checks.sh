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

tgt() {
    tgtadm --control-port "${TGT_CONTROL_PORT:-0}" --lld iscsi "$@" </dev/null
}

check() {
    local word a b c d address
    while read -r word a b c d _; do
        case $word in
            portal)
                address=${a%:*}
                [[ $portals == *$'\n'"Portal: $a,"* ]] || check_address "$address"
                ;;
            account)
                [[ $accounts != *$'\n'"    $a"$'\n'* ]] || refuse "tgtd has an account $a already"
                ;;
            target)
                [[ $targets != *": $a"$'\n'* ]] || refuse "tgtd has a target $a already"
                ;;
            lun)
                [[ $targets != *"Backing store path: $c"$'\n'* ]] || refuse "tgtd shows $c already"
                if [[ $b == block ]]; then check_block_device "$c"; else check_file "$c" "$d"; fi
                ;;
        esac
    done < <(facts)
}

# What this run made, newest last.
made=()

undo() {
    local at word what
    for ((at = ${#made[@]} - 1; at >= 0; at--)); do
        read -r word what <<<"${made[at]}"
        case $word in
            target) tgt --mode target --op delete --force --tid "$what" ;;
            account) tgt --mode account --op delete --user "$what" ;;
            portal) tgt --mode portal --op delete --param "portal=$what" ;;
        esac || echo "could not be taken back: $word $what" >&2
    done
    echo 'it failed; what was made is taken back' >&2
}

# A target lets nobody in before it has an initiator, which therefore comes last.
make() {
    local word a b c d serial tid=0 line
    while read -r line; do
        if [[ $line =~ ^Target\ ([0-9]+): ]] && ((BASH_REMATCH[1] > tid)); then
            tid=${BASH_REMATCH[1]}
        fi
    done <<<"$targets"
    while read -r word a b c d serial; do
        case $word in
            portal)
                if [[ $portals != *$'\n'"Portal: $a,"* ]]; then
                    tgt --mode portal --op new --param "portal=$a"
                    made+=("portal $a")
                fi
                ;;
            account)
                tgt --mode account --op new --user "$a" --password "$b"
                made+=("account $a")
                ;;
            target)
                tid=$((tid + 1))
                tgt --mode target --op new --tid "$tid" --targetname "$a"
                made+=("target $tid")
                ;;
            lun)
                [[ $b == block ]] || make_file "$c" "$d"
                tgt --mode logicalunit --op new --tid "$tid" --lun "$a" --backing-store "$c"
                tgt --mode logicalunit --op update --tid "$tid" --lun "$a" --params "scsi_id=$serial,scsi_sn=$serial"
                ;;
            user) tgt --mode account --op bind --tid "$tid" --user "$a" ;;
            outgoing) tgt --mode account --op bind --tid "$tid" --user "$a" --outgoing ;;
            initiator) tgt --mode target --op bind --tid "$tid" --initiator-name "$a" ;;
        esac
    done < <(facts)
}

check_programs tgtadm ip findmnt
if ! tgt --mode target --op show >/dev/null; then
    refuse 'tgtd does not answer'
fi
stop_if_refused
targets=$'\n'$(tgt --mode target --op show)$'\n'
accounts=$'\n'$(tgt --mode account --op show)$'\n'
portals=$'\n'$(tgt --mode portal --op show)$'\n'
if [[ $portals == *$'\n'Portal:\ 0.0.0.0:* || $portals == *$'\n'Portal:\ \[::\]:* ]]; then
    refuse 'tgtd listens on all addresses; start it with --iscsi portal=ADDRESS:PORT'
fi
check
stop_if_refused
trap undo EXIT
make
trap - EXIT
echo 'the storage side is there'

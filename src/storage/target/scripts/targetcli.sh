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

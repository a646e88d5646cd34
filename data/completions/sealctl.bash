# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Completion of sealctl for bash. Options are asked from "sealctl VERB --help",
# so they are always those of the program that is installed; names of machines
# come from the daemon, with a deadline of one second and without a password.
# tests/lint compares verbs and operations with those of the program.

_sealctl_verbs='check capacity firmware refresh memory-limit list show preview create set xml start resume pause shutdown reboot stop delete diagnose can certificates measurement inject-secret policy jobs cancel monitor version'

_sealctl_options() {
    "$1" ${2:+"$2"} --help 2>/dev/null | grep -oE '^  (-[a-z], )?--[a-z][a-z-]*' |
        sed 's/.* //' | sort -u
}

_sealctl_names() {
    timeout 1 "$1" list --json 2>/dev/null </dev/null |
        grep -oE '"name" *: *"[A-Za-z0-9._-]+"' | sed 's/.*"\([^"]*\)"$/\1/'
}

_sealctl_jobs() {
    timeout 1 "$1" jobs --json 2>/dev/null </dev/null |
        grep -oE '"(job|vm)" *: *"[A-Za-z0-9._-]+"' | sed 's/.*"\([^"]*\)"$/\1/'
}

_sealctl_operations='migrate save managed-save snapshot-memory snapshot-disk dump-memory reboot hotplug-memory hotplug-vcpu hotplug-device hostdev balloon virtiofs'

_sealctl_value() {
    case $1 in
        --technology | -t) echo auto sev sev-es sev-snp tdx none ;;
        --network) echo none user bridge= direct= ;;
        --memory-backing) echo auto none locked hard-limit hugepages ;;
        --display) echo none vnc spice ;;
        --video) echo auto none std cirrus vmware qxl virtio virtio-gl serial ;;
        --restart) echo no guest-reboot ;;
        --json=) echo pretty short off ;; # the one whose value must follow a sign
        *) return 1 ;;
    esac
}

_sealctl() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} verb='' word words
    COMPREPLY=()
    # "--technology=se" comes as three words, and as two when nothing follows the sign.
    if [[ $cur == = ]]; then
        cur=''
        prev+='='
    elif [[ $prev == = ]]; then
        prev=${COMP_WORDS[COMP_CWORD - 2]}=
    fi
    [[ $prev == --json= ]] || prev=${prev%=}
    for word in "${COMP_WORDS[@]:1:COMP_CWORD - 1}"; do
        if [[ " $_sealctl_verbs " == *" $word "* ]]; then
            verb=$word
            break
        fi
    done

    case $prev in
        --root | --directory)
            compopt -o filenames
            mapfile -t COMPREPLY < <(compgen -d -- "$cur")
            return
            ;;
        --domcaps | --disk | --cdrom | --kernel | --initrd | --firmware | --nvram-template | --*-socket | --*-file)
            compopt -o filenames
            mapfile -t COMPREPLY < <(compgen -f -- "$cur")
            return
            ;;
    esac
    if words=$(_sealctl_value "$prev"); then
        :
    elif [[ $cur == -* ]]; then
        words=$(_sealctl_options "${COMP_WORDS[0]}" "$verb")
    else
        case $verb in
            '') words=$_sealctl_verbs ;;
            show | xml | diagnose | start | resume | pause | shutdown | reboot | stop | delete | set | measurement | inject-secret)
                words=$(_sealctl_names "${COMP_WORDS[0]}")
                ;;
            can)
                words=$_sealctl_operations
                [[ $prev == can ]] && words=$(_sealctl_names "${COMP_WORDS[0]}")
                ;;
            cancel) words=$(_sealctl_jobs "${COMP_WORDS[0]}") ;;
            memory-limit) words=none ;;
            policy) words='encode decode sev sev-es sev-snp tdx' ;;
        esac
    fi
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}

complete -F _sealctl sealctl

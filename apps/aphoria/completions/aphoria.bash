# bash completion for aphoria; made by `aphoria help --completions bash`.
_aphoria() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
    local commands='init scan findings explain drift ack bless baseline diff claims status corpus rules hook version help'
    COMPREPLY=()
    if ((COMP_CWORD == 1)); then
        COMPREPLY=($(compgen -W "$commands" -- "$current"))
        return
    fi
    local command=${COMP_WORDS[1]}
    case "$command $previous" in
    'init --project') return ;;
    'init --name') return ;;
    'init --key') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'scan --rules') COMPREPLY=($(compgen -d -- "$current")); return ;;
    'scan --exclude') return ;;
    'scan --since') return ;;
    'scan --format') COMPREPLY=($(compgen -W 'table json sarif html markdown junit github gitlab' -- "$current")); return ;;
    'scan --fail-on') COMPREPLY=($(compgen -W 'block flag' -- "$current")); return ;;
    'scan --db') COMPREPLY=($(compgen -d -- "$current")); return ;;
    'scan --server') return ;;
    'scan --tls-cert') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'scan --tls-key') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'scan --tls-ca') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'scan --key') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'findings --db') COMPREPLY=($(compgen -d -- "$current")); return ;;
    'findings --server') return ;;
    'findings --tls-cert') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'findings --tls-key') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'findings --tls-ca') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'findings --rules') COMPREPLY=($(compgen -d -- "$current")); return ;;
    'findings --by') return ;;
    'findings --as-of') return ;;
    'findings --now') return ;;
    'findings --format') COMPREPLY=($(compgen -W 'table json sarif html markdown junit github gitlab' -- "$current")); return ;;
    'findings --fail-on') COMPREPLY=($(compgen -W 'block flag' -- "$current")); return ;;
    'explain --rules') COMPREPLY=($(compgen -d -- "$current")); return ;;
    'explain --exclude') return ;;
    'explain --db') COMPREPLY=($(compgen -d -- "$current")); return ;;
    'explain --server') return ;;
    'explain --tls-cert') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'explain --tls-key') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'explain --tls-ca') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'explain --by') return ;;
    'explain --as-of') return ;;
    'explain --now') return ;;
    'explain --receipt') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'explain --why-not') return ;;
    'drift --db') COMPREPLY=($(compgen -d -- "$current")); return ;;
    'drift --server') return ;;
    'drift --tls-cert') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'drift --tls-key') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'drift --tls-ca') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'drift --since') return ;;
    'drift --until') return ;;
    'drift --rules') COMPREPLY=($(compgen -d -- "$current")); return ;;
    'drift --by') return ;;
    'ack --reason') return ;;
    'ack --expires') return ;;
    'ack --in') COMPREPLY=($(compgen -d -- "$current")); return ;;
    'ack --rules') COMPREPLY=($(compgen -d -- "$current")); return ;;
    'ack --exclude') return ;;
    'ack --key') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'bless --reason') return ;;
    'bless --relation') COMPREPLY=($(compgen -W '= != < <= > >=' -- "$current")); return ;;
    'bless --level') COMPREPLY=($(compgen -W 'must should may' -- "$current")); return ;;
    'bless --expires') return ;;
    'bless --key') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'baseline --rules') COMPREPLY=($(compgen -d -- "$current")); return ;;
    'baseline --exclude') return ;;
    'baseline --key') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'diff --fail-on') COMPREPLY=($(compgen -W 'block flag' -- "$current")); return ;;
    'diff --rules') COMPREPLY=($(compgen -d -- "$current")); return ;;
    'diff --exclude') return ;;
    'claims --relation') COMPREPLY=($(compgen -W '= != < <= > >=' -- "$current")); return ;;
    'claims --path') return ;;
    'claims --reason') return ;;
    'claims --rules') COMPREPLY=($(compgen -d -- "$current")); return ;;
    'claims --exclude') return ;;
    'claims --key') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'status --rules') COMPREPLY=($(compgen -d -- "$current")); return ;;
    'status --exclude') return ;;
    'status --key') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'corpus --rules') COMPREPLY=($(compgen -d -- "$current")); return ;;
    'corpus --name') return ;;
    'corpus --key') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'corpus --db') COMPREPLY=($(compgen -d -- "$current")); return ;;
    'corpus --server') return ;;
    'corpus --tls-cert') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'corpus --tls-key') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'corpus --tls-ca') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'rules --rules') COMPREPLY=($(compgen -d -- "$current")); return ;;
    'help --completions') COMPREPLY=($(compgen -W 'bash zsh fish' -- "$current")); return ;;
    esac
    local options='' files=''
    case $command in
    init) options=' --project --name --key --help --no-color' ;;
    scan) options=' --rules --no-cache --include-tests --exclude --staged --since --history --format --all --no-baseline --fail-on --db --server --tls-cert --tls-key --tls-ca --insecure --persist --key --help --no-color' ;;
    findings) options=' --db --server --tls-cert --tls-key --tls-ca --insecure --rules --by --as-of --now --format --all --no-baseline --fail-on --help --no-color' ;;
    explain) options=' --rules --no-cache --include-tests --exclude --db --server --tls-cert --tls-key --tls-ca --insecure --persist --by --as-of --now --receipt --why-not --help --no-color' ;;
    drift) options=' --db --server --tls-cert --tls-key --tls-ca --insecure --since --until --rules --by --json --help --no-color' ;;
    ack) options=' --reason --expires --remove --list --json --in --rules --no-cache --include-tests --exclude --key --help --no-color' ;;
    bless) options=' --reason --relation --level --expires --remove --list --json --key --help --no-color' ;;
    baseline) options=' --update --show --clear --json --rules --no-cache --include-tests --exclude --key --help --no-color' ;;
    diff) options=' --json --fail-on --rules --no-cache --include-tests --exclude --help --no-color'; files=1 ;;
    claims) options=' --relation --path --reason --json --rules --no-cache --include-tests --exclude --key --help --no-color' ;;
    status) options=' --json --rules --no-cache --include-tests --exclude --key --help --no-color' ;;
    corpus) options=' --rules --name --policy --project --key --db --server --tls-cert --tls-key --tls-ca --insecure --help --no-color'; files=1 ;;
    rules) options=' --rules --matrix --help --no-color' ;;
    hook) options=' --force --help --no-color' ;;
    version) options=' --help --no-color' ;;
    help) options=' --completions --man --help --no-color' ;;
    esac
    if [[ $current == -* ]]; then
        COMPREPLY=($(compgen -W "$options" -- "$current"))
    elif [[ $command == help ]]; then
        COMPREPLY=($(compgen -W "$commands" -- "$current"))
    elif [[ $files ]]; then
        COMPREPLY=($(compgen -f -- "$current"))
    fi
}
complete -o filenames -F _aphoria aphoria

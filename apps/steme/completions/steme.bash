# bash completion for steme; made by `steme help --completions bash`.
_steme() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
    local commands='init keygen assert import export get query conflicts stat verify rebuild backup forget root prove check-proof serve ping sync diff peers cluster-cert help version'
    COMPREPLY=()
    if ((COMP_CWORD == 1)); then
        COMPREPLY=($(compgen -W "$commands" -- "$current"))
        return
    fi
    local command=${COMP_WORDS[1]}
    case "$command $previous" in
    'assert --db') COMPREPLY=($(compgen -d -- "$current")); return ;;
    'assert --server') return ;;
    'assert --tls-cert') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'assert --tls-key') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'assert --tls-ca') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'assert --key') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'assert --subject') return ;;
    'assert --predicate') return ;;
    'assert --object') return ;;
    'assert --type') COMPREPLY=($(compgen -W 'text number boolean reference time' -- "$current")); return ;;
    'assert --relation') COMPREPLY=($(compgen -W '= != < <= > >= none' -- "$current")); return ;;
    'assert --unit') return ;;
    'assert --lang') return ;;
    'assert --confidence') return ;;
    'assert --source-class') COMPREPLY=($(compgen -W 'regulatory clinical observational expert community anecdotal' -- "$current")); return ;;
    'assert --source') return ;;
    'assert --edition') return ;;
    'assert --document') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'assert --time') return ;;
    'assert --derived-from') return ;;
    'assert --epoch') return ;;
    'assert --valid-from') return ;;
    'assert --valid-to') return ;;
    'assert --meta') return ;;
    'import --db') COMPREPLY=($(compgen -d -- "$current")); return ;;
    'import --server') return ;;
    'import --tls-cert') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'import --tls-key') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'import --tls-ca') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'import --key') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'import --format') COMPREPLY=($(compgen -W 'jsonl csv cbor ieee-oui nmap-mac wireshark-manuf' -- "$current")); return ;;
    'import --source') return ;;
    'import --edition') return ;;
    'import --date') return ;;
    'import --source-class') COMPREPLY=($(compgen -W 'regulatory clinical observational expert community anecdotal' -- "$current")); return ;;
    'import --predicate') return ;;
    'export --db') COMPREPLY=($(compgen -d -- "$current")); return ;;
    'export --server') return ;;
    'export --tls-cert') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'export --tls-key') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'export --tls-ca') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'export --format') COMPREPLY=($(compgen -W 'jsonl cbor' -- "$current")); return ;;
    'export --subject') return ;;
    'export --subject-prefix') return ;;
    'export --predicate') return ;;
    'export --object') return ;;
    'export --type') COMPREPLY=($(compgen -W 'text number boolean reference time' -- "$current")); return ;;
    'export --agent') return ;;
    'export --source') return ;;
    'export --since') return ;;
    'export --as-of') return ;;
    'export --limit') return ;;
    'export --cursor') return ;;
    'get --db') COMPREPLY=($(compgen -d -- "$current")); return ;;
    'get --server') return ;;
    'get --tls-cert') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'get --tls-key') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'get --tls-ca') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'query --db') COMPREPLY=($(compgen -d -- "$current")); return ;;
    'query --server') return ;;
    'query --tls-cert') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'query --tls-key') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'query --tls-ca') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'query --subject') return ;;
    'query --subject-prefix') return ;;
    'query --predicate') return ;;
    'query --object') return ;;
    'query --type') COMPREPLY=($(compgen -W 'text number boolean reference time' -- "$current")); return ;;
    'query --agent') return ;;
    'query --source') return ;;
    'query --since') return ;;
    'query --as-of') return ;;
    'query --limit') return ;;
    'query --cursor') return ;;
    'query --lens') COMPREPLY=($(compgen -W 'recency consensus skeptic' -- "$current")); return ;;
    'query --equal') return ;;
    'query --now') return ;;
    'query --receipt') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'conflicts --db') COMPREPLY=($(compgen -d -- "$current")); return ;;
    'conflicts --server') return ;;
    'conflicts --tls-cert') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'conflicts --tls-key') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'conflicts --tls-ca') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'conflicts --predicate') return ;;
    'conflicts --equal') return ;;
    'conflicts --limit') return ;;
    'stat --db') COMPREPLY=($(compgen -d -- "$current")); return ;;
    'stat --server') return ;;
    'stat --tls-cert') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'stat --tls-key') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'stat --tls-ca') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'verify --db') COMPREPLY=($(compgen -d -- "$current")); return ;;
    'rebuild --db') COMPREPLY=($(compgen -d -- "$current")); return ;;
    'backup --db') COMPREPLY=($(compgen -d -- "$current")); return ;;
    'forget --db') COMPREPLY=($(compgen -d -- "$current")); return ;;
    'forget --reason') return ;;
    'root --db') COMPREPLY=($(compgen -d -- "$current")); return ;;
    'root --server') return ;;
    'root --tls-cert') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'root --tls-key') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'root --tls-ca') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'prove --db') COMPREPLY=($(compgen -d -- "$current")); return ;;
    'prove --server') return ;;
    'prove --tls-cert') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'prove --tls-key') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'prove --tls-ca') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'serve --db') COMPREPLY=($(compgen -d -- "$current")); return ;;
    'serve --config') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'serve --cluster') return ;;
    'serve --listen') return ;;
    'serve --peer') return ;;
    'serve --tls-cert') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'serve --tls-key') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'serve --tls-ca') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'serve --peer-bytes-max') return ;;
    'serve --disk-free-min') return ;;
    'serve --peer-free-min') return ;;
    'serve --idle-tick-ms') return ;;
    'serve --client-idle-ms') return ;;
    'ping --tls-cert') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'ping --tls-key') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'ping --tls-ca') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'sync --db') COMPREPLY=($(compgen -d -- "$current")); return ;;
    'sync --cluster') return ;;
    'sync --tls-cert') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'sync --tls-key') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'sync --tls-ca') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'diff --db') COMPREPLY=($(compgen -d -- "$current")); return ;;
    'diff --server') return ;;
    'diff --cluster') return ;;
    'diff --tls-cert') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'diff --tls-key') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'diff --tls-ca') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'peers --db') COMPREPLY=($(compgen -d -- "$current")); return ;;
    'peers --server') return ;;
    'peers --tls-cert') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'peers --tls-key') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'peers --tls-ca') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'cluster-cert --cluster') return ;;
    'cluster-cert --host') return ;;
    'help --completions') COMPREPLY=($(compgen -W 'bash zsh fish' -- "$current")); return ;;
    esac
    local options='' files=''
    case $command in
    init) options=' --help --no-color'; files=1 ;;
    keygen) options=' --help --no-color'; files=1 ;;
    assert) options=' --db --server --tls-cert --tls-key --tls-ca --insecure --key --subject --predicate --object --type --relation --unit --lang --confidence --source-class --source --edition --document --time --derived-from --epoch --valid-from --valid-to --meta --json --help --no-color' ;;
    import) options=' --db --server --tls-cert --tls-key --tls-ca --insecure --key --format --source --edition --date --source-class --predicate --strict --json --help --no-color'; files=1 ;;
    export) options=' --db --server --tls-cert --tls-key --tls-ca --insecure --format --subject --subject-prefix --predicate --object --type --agent --source --since --as-of --limit --cursor --help --no-color' ;;
    get) options=' --db --server --tls-cert --tls-key --tls-ca --insecure --json --raw --help --no-color' ;;
    query) options=' --db --server --tls-cert --tls-key --tls-ca --insecure --subject --subject-prefix --predicate --object --type --agent --source --since --as-of --limit --cursor --lens --equal --now --receipt --json --jsonl --csv --table --help --no-color' ;;
    conflicts) options=' --db --server --tls-cert --tls-key --tls-ca --insecure --predicate --equal --limit --json --jsonl --csv --table --help --no-color' ;;
    stat) options=' --db --server --tls-cert --tls-key --tls-ca --insecure --metrics --json --help --no-color' ;;
    verify) options=' --db --json --help --no-color' ;;
    rebuild) options=' --db --help --no-color' ;;
    backup) options=' --db --help --no-color' ;;
    forget) options=' --db --reason --help --no-color' ;;
    root) options=' --db --server --tls-cert --tls-key --tls-ca --insecure --json --help --no-color' ;;
    prove) options=' --db --server --tls-cert --tls-key --tls-ca --insecure --help --no-color' ;;
    check-proof) options=' --help --no-color'; files=1 ;;
    serve) options=' --db --config --cluster --listen --peer --tls-cert --tls-key --tls-ca --insecure --peer-bytes-max --disk-free-min --peer-free-min --idle-tick-ms --client-idle-ms --help --no-color' ;;
    ping) options=' --tls-cert --tls-key --tls-ca --insecure --json --help --no-color' ;;
    sync) options=' --db --cluster --tls-cert --tls-key --tls-ca --insecure --json --help --no-color' ;;
    diff) options=' --db --server --cluster --tls-cert --tls-key --tls-ca --insecure --json --help --no-color' ;;
    peers) options=' --db --server --tls-cert --tls-key --tls-ca --insecure --json --help --no-color' ;;
    cluster-cert) options=' --cluster --host --help --no-color'; files=1 ;;
    help) options=' --completions --man --help --no-color' ;;
    version) options=' --help --no-color' ;;
    esac
    if [[ $current == -* ]]; then
        COMPREPLY=($(compgen -W "$options" -- "$current"))
    elif [[ $command == help ]]; then
        COMPREPLY=($(compgen -W "$commands" -- "$current"))
    elif [[ $files ]]; then
        COMPREPLY=($(compgen -f -- "$current"))
    fi
}
complete -o filenames -F _steme steme

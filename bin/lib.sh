# What bin/run and bin/test share. Messages go to standard error: a command's output is its own.
# shellcheck shell=bash

say() { printf '%s\n' "$*" >&2; }

# Cargo is often installed for a user whose PATH is not set up for it, as in a cron job.
require_cargo() {
    PATH="$PATH:${CARGO_HOME:-$HOME/.cargo}/bin"
    export PATH
    if ! command -v cargo >/dev/null; then
        say "Rust is not installed here. Install it from https://rustup.rs, then run this again."
        exit 1
    fi
}

# True where a PostgreSQL server can be found as Keyroom finds it.
have_postgres() {
    local folder folders
    IFS=: read -ra folders <<<"$PATH"
    if command -v pg_config >/dev/null; then folders+=("$(pg_config --bindir)"); fi
    for folder in "${folders[@]}" /usr/lib/postgresql/*/bin; do
        if [ -x "$folder/postgres" ] && [ -x "$folder/initdb" ]; then
            # The programs of one version are taken together, whatever links to them.
            folder=$(dirname "$(readlink -f "$folder/postgres")")
            case "$("$folder/postgres" --version)" in
                *' (PostgreSQL) '[0-9][!0-9]* | *' (PostgreSQL) '1[0-4]*) ;;
                *) printf '%s\n' "$folder"; return 0 ;;
            esac
        fi
    done
    return 1
}

have_chromium() {
    [ -n "${CHROMIUM:-}" ] || command -v chromium chromium-browser google-chrome >/dev/null
}

# Debian names the package after the version it has.
postgres_package() {
    # shellcheck disable=SC1091
    case "$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-}")" in
        bookworm) echo postgresql-15 ;;
        *) echo postgresql ;;
    esac
}

# Prints those of the packages that are not installed.
missing_packages() {
    local package
    for package; do
        case $package in
            postgresql*) have_postgres >/dev/null && continue ;;
            chromium) have_chromium && continue ;;
            curl) command -v curl >/dev/null && continue ;;
            nodejs) command -v node >/dev/null && continue ;;
        esac
        # shellcheck disable=SC2016 # dpkg-query's own variable
        if [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" != installed ]; then
            printf '%s\n' "$package"
        fi
    done
}

# Installs what is missing of the packages. Asks for no right where nothing is missing.
install_packages() {
    local missing as_root=()
    if ! command -v dpkg-query >/dev/null; then
        say "This is not Debian, so nothing is installed. These must be there, under whatever name: $*"
        return 0
    fi
    mapfile -t missing < <(missing_packages "$@")
    if [ ${#missing[@]} -eq 0 ]; then return 0; fi
    if [ "$(id -u)" -ne 0 ]; then
        # A person at a terminal may be asked for their password, once.
        if ! sudo -n true 2>/dev/null && ! { [ -t 0 ] && command -v sudo >/dev/null && sudo -v; }; then
            say "Some packages are missing. Install them, then run this again:"
            say "    sudo apt-get install --no-install-recommends ${missing[*]}"
            return 1
        fi
        as_root=(sudo -n)
    fi
    say "Installing ${missing[*]} (this can take some minutes)"
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive bash -s -- "${missing[@]}" >&2 <<'END'
set -euo pipefail
# Debian would make and start a cluster of its own on port 5432.
setting=/etc/postgresql-common/createcluster.d/keyroom.conf
if [[ " $*" == *' postgresql'* && ! -e $setting ]]; then
    mkdir -p "${setting%/*}"
    echo 'create_main_cluster = false' >"$setting"
    trap 'rm -f "$setting"' EXIT
fi
apt-get -qq -o DPkg::Lock::Timeout=300 update </dev/null
apt-get -qq -y -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 install --no-install-recommends "$@" </dev/null
END
}

#!/bin/sh
# Writes language/NAME.expected.txt by what Ansible does with language/NAME.yml on three hosts that are this machine.
# Usage: test/playbook/expect-language.sh NAME…
# A first line "# flags: --tags web" in a playbook is what it is run with.
cd "$(dirname "$0")" || exit 1
hosts=$(mktemp --suffix=.yml)
cat > "$hosts" <<HOSTS
all:
  children:
    lab:
      hosts:
        pve1: { role: first }
        pve2: { role: "not {{ hostvars.pve1.role }}" }
        pve3:
      vars: { storage: local-lvm, greeting: "{{ inventory_hostname }} is {{ role | default('plain') }}" }
  vars: { ansible_connection: local }
HOSTS
for name in "$@"; do
  # shellcheck disable=SC2046
  OUTCOMES=$PWD/language/$name.expected.txt ANSIBLE_CALLBACK_PLUGINS=$PWD ANSIBLE_STDOUT_CALLBACK=outcomes \
    ANSIBLE_RETRY_FILES_ENABLED=false PYTHONDONTWRITEBYTECODE=1 \
    ansible-playbook -i "$hosts" "language/$name.yml" $(sed -n 's/^# flags: //p' "language/$name.yml") < /dev/null
done
rm "$hosts"

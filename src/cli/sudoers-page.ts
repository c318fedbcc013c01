/** A sudoers file that lets a user do what pvefleet does, and nothing else (sudoers(5)). */
export function sudoersPage(user: string): string {
  return `# /etc/sudoers.d/pvefleet: lets ${user} do by sudo what pvefleet does on a node.
# Made by "pvefleet docs sudoers ${user}". On each node, as root:
#
#   apt install sudo
#   adduser --disabled-password --gecos pvefleet ${user}    (and a key in ~${user}/.ssh/authorized_keys)
#   visudo -cf pvefleet && install -o root -g root -m 0440 pvefleet /etc/sudoers.d/pvefleet
#
# In the inventory: "ansible_user: ${user}" and "ansible_become: true".
#
# Be clear about what this is: ${user} is as good as root. Each step that pvefleet takes is one shell script,
# "/bin/sh -c SCRIPT", which checks, acts and reads back. A list of commands in its place would be no fence either: who may
# run qm, pct or pvesh as root can have anything run as root (hook scripts, arguments of VMs, files of containers).
# What it does give: no log-in as root over SSH, no password of root's in anyone's hands, every script in the node's log
# (journalctl -t sudo), and one place to take it all back. So guard the key of ${user} as root's own; in authorized_keys, a
# from="ADDRESS" before it lets it in from your own machine only.

Cmnd_Alias PVEFLEET = /bin/sh -c *

# Commands come without a terminal. No lecture, no mail; nothing of the user's environment.
Defaults:${user} !requiretty, !lecture, env_reset
Defaults!PVEFLEET secure_path="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

# Only as root. To be asked for a password at each run (-K), leave "NOPASSWD:" out.
${user} ALL=(root) NOPASSWD: PVEFLEET
`;
}

#!/bin/sh
# Makes a world: the files of this machine below an overlay, with a host name, processes and mounts of its own.
# $1 a directory that both sides see. It lasts until its input ends.
set -e
here=$(cd "$(dirname "$0")" && pwd)
mkdir "$1/layers"
mount -t tmpfs none "$1/layers"
cd "$1/layers"
mkdir upper work root
root=$PWD/root
mount -t overlay overlay -o "lowerdir=/,upperdir=$PWD/upper,workdir=$PWD/work" "$root"
mount -t proc proc "$root/proc"
mount --rbind /sys "$root/sys"
mount --rbind /dev "$root/dev"
# What is not told apart: it changes here while tests run, or is about nothing that tasks are to do.
for at in /tmp /run /root /var/tmp /var/log /var/cache /var/lib/apt /opt /usr/local/sbin; do
  mkdir -p "$root$at"
  mount -t tmpfs -o mode=755 none "$root$at"
done
chmod 1777 "$root/tmp"
mkdir -p "$root/run/sshd" "$root$1" "$root/.upper"
mount --bind "$1" "$root$1"
mount --bind upper "$root/.upper"

# A systemd that only writes down what it is told.
cp "$here"/programs/* /bin/cat "$root/usr/local/sbin"
mv "$root/usr/local/sbin/cat" "$root/usr/local/sbin/systemd"
mv "$root/usr/local/sbin/shutdown" "$root/usr/local/sbin/halts"
ln -sfn /usr/local/sbin/halts "$root/usr/sbin/shutdown"
# The boot that the kernel says it is in.
echo first > "$root/run/boot_id"
mount --bind "$root/run/boot_id" "$root/proc/sys/kernel/random/boot_id"
mkdir -p "$root/run/systemd/system" "$root/etc/systemd/system"
for unit in differ differ-masked; do printf "[Service]\nExecStart=/bin/true\n" > "$root/etc/systemd/system/$unit.service"; done
hostname world
# A command is begun by the shell of its user; bash takes the longest of all to start.
sed -i '/^root:/s|/bin/bash$|/bin/sh|' "$root/etc/passwd"
echo world > "$root/etc/hostname"
ln -sfn /usr/share/zoneinfo/Etc/UTC "$root/etc/localtime"

# Packages that apt can get without a network.
rm -rf "$root"/etc/apt/sources.list*
mkdir -p "$root/etc/apt/sources.list.d" "$root/opt/packages" "$root/var/cache/apt/archives/partial" "$root/var/lib/apt/lists/partial"
echo 'deb [trusted=yes] file:/opt/packages ./' > "$root/etc/apt/sources.list"
(
  cd "$root/opt/packages"
  for package in differ-one=1.0 differ-one=2.0 differ-two=1.1; do
    name=${package%=*} version=${package#*=}
    mkdir -p build/DEBIAN build/etc
    echo "$version" > "build/etc/$name.conf"
    echo "/etc/$name.conf" > build/DEBIAN/conffiles
    printf 'Package: %s\nVersion: %s\nArchitecture: all\nMaintainer: nobody\nDescription: none\n' "$name" "$version" > build/DEBIAN/control
    dpkg-deb --build -Znone build "$name.deb" > /dev/null
    mv "$name.deb" "${name}_$version.deb"
    { cat build/DEBIAN/control; stat --printf "Filename: ./${name}_$version.deb\nSize: %s\n" "${name}_$version.deb"; echo "SHA256: $(sha256sum < "${name}_$version.deb" | cut -d' ' -f1)"; echo; } >> Packages
    rm -r build
  done
)

# What playbooks find in a directory of their own.
for playbook in "$here"/playbooks/*.yml; do mkdir -p "$root/srv/$(basename "$playbook" .yml)"; done
cp -r "$here/seed/." "$root/srv"
printf '#Ansible: old\n* * * * * root true\n' > "$root/etc/cron.d/differ-old"
printf '* * * * * root here\n* * * * * root two\n' > "$root/etc/cron.d/differ-own"
chroot "$root" /usr/local/sbin/python-waiting &
until [ -S "$root/run/python-waiting" ]; do sleep 0.05; done
exec chroot "$root" /bin/sh -c 'echo ready; exec /usr/local/sbin/systemd'

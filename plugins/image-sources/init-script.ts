// The first program of the guest: a busybox shell script. The kernel command line steers it:
//   xv.run="<command>"  run it and power off; its status is printed and, where a test finisher exists, carried
//   xv.disk[=<device>]  mount /dev/vda (or <device>) on /mnt first
//   xv.net[=<address>/<bits>[,<gateway>]]  bring up eth0 first: by DHCP, or with this address
// Without a command an interactive shell runs on the console.

/** Files of the archive that the script reads. Without the first the kernel has no modules. */
export const BOOT_MODULES_FILE = "etc/xv/modules";
export const RUN_FILE = "etc/xv/run";

/** Where QEMU's `virt` and compatible platforms have the test finisher: exit code << 16 | 0x3333 ends the machine. */
const TEST_FINISHER = "0x100000";

export const INIT_SCRIPT: string = `#!/bin/busybox sh
export PATH=/bin:/sbin:/usr/bin:/usr/sbin HOME=/root TERM=linux
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev

# Loads what drives the devices of a bus that have no driver yet.
load_drivers() {
  bus=$1
  set --
  for file in "/sys/bus/$bus/devices/"*/modalias; do
    if [ ! -e "$file" ] || [ -e "\${file%/modalias}/driver" ]; then continue; fi
    read -r alias < "$file"
    case " $* " in *" $alias "*) ;; *) set -- "$@" "$alias" ;; esac
  done
  if [ $# -gt 0 ]; then modprobe -qa "$@"; fi
}

if [ -f /${BOOT_MODULES_FILE} ]; then
  while read -r module; do
    modprobe "$module" || echo "xv: module $module does not load"
  done < /${BOOT_MODULES_FILE}
  load_drivers platform
  load_drivers virtio
fi

read -r cmdline < /proc/cmdline
run=
if [ -f /${RUN_FILE} ]; then run=$(cat /${RUN_FILE}); fi
case " $cmdline" in
  *' xv.run="'*) run="\${cmdline#*xv.run=\\"}"; run="\${run%%\\"*}" ;;
  *' "xv.run='*) run="\${cmdline#*\\"xv.run=}"; run="\${run%%\\"*}" ;;
  *' xv.run='*) run="\${cmdline#*xv.run=}"; run="\${run%% *}" ;;
esac

finish() {
  sync
  if grep -q ' /mnt ' /proc/mounts; then umount /mnt; fi
  echo "xv: exit status $1"
  if [ "$1" -ne 0 ]; then devmem ${TEST_FINISHER} 32 $(($1 << 16 | 0x3333)) 2>/dev/null; fi
  poweroff -f
}

disk=
net=
for word in $cmdline; do
  case "$word" in
    xv.disk) disk=/dev/vda ;;
    xv.disk=*) disk="\${word#xv.disk=}" ;;
    xv.net) net=dhcp ;;
    xv.net=*) net="\${word#xv.net=}" ;;
  esac
done
if [ -n "$disk" ] && ! mount "$disk" /mnt; then
  echo "xv: $disk can't be mounted on /mnt"
  finish 125
fi

use_dhcp() {
  mkdir -p /tmp /etc
  cat > /tmp/dhcp-answer <<'END'
#!/bin/sh
if [ "$1" != bound ]; then exit 0; fi
ip addr add "$ip/$mask" dev "$interface"
for gateway in $router; do ip route add default via "$gateway" dev "$interface"; done
for server in $dns; do echo "nameserver $server"; done > /etc/resolv.conf
END
  chmod +x /tmp/dhcp-answer
  udhcpc -i eth0 -s /tmp/dhcp-answer -n -q > /dev/null 2>&1
}

use_address() {
  ip addr add "\${1%%,*}" dev eth0 || return
  case "$1" in *,*) ip route add default via "\${1#*,}" ;; esac
}

if [ -n "$net" ]; then
  ip link set lo up
  if ! ip link set eth0 up; then
    echo "xv: there is no network card"
    finish 126
  fi
  if [ "$net" = dhcp ]; then use_dhcp; else use_address "$net"; fi
  if [ $? -ne 0 ]; then
    echo "xv: eth0 has no address: $net failed"
    finish 126
  fi
fi

if [ -n "$run" ]; then
  sh -c "$run"
  finish $?
fi
echo "xv: shell on the console; leave it with exit to power off"
cd /root
# A serial line has no size: without one the shell would ask the terminal at every prompt.
export PS1='xv# '
setsid cttyhack sh -c 'stty cols 80 rows 24; exec sh'
finish 0
`;

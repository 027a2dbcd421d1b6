# Sourced by ./turbo, ./mvnw and .ci/run: sets JAVA_HOME to a JDK of release 21 or newer, or says what to install.
# Looks in JAVA_HOME, JAVA21_HOME and the like, PATH, macOS java_home, and the places where systems and tools put JDKs.
# TURBO_JDK=21 asks for exactly that release.

# Prints the release number of the JDK in $1 (its `release` file spares starting a JVM); nothing if there is none.
jdk_release() {
  [ -x "$1/bin/javac" ] || return 0
  if [ -r "$1/release" ]; then
    while IFS='=' read -r jdk_key jdk_value; do
      if [ "$jdk_key" = JAVA_VERSION ]; then
        jdk_value=${jdk_value#\"}; jdk_value=${jdk_value%\"}
        printf '%s\n' "${jdk_value%%[!0-9]*}"
        return 0
      fi
    done < "$1/release"
  fi
  "$1/bin/javac" -version 2>&1 | sed -n 's/^javac \([0-9]*\).*/\1/p'
}

# Accepts the JDK in $1 if it fits.
try_jdk() {
  [ -n "$1" ] || return 1
  jdk_found=$(jdk_release "$1")
  [ -n "$jdk_found" ] || return 1
  if [ -n "${TURBO_JDK-}" ]; then [ "$jdk_found" -eq "$TURBO_JDK" ]; else [ "$jdk_found" -ge 21 ]; fi || return 1
  JAVA_HOME=$1
  export JAVA_HOME
}

find_jdk() {
  try_jdk "${JAVA_HOME-}" && return 0
  for jdk_variable in $(env | sed -n 's/^\(JAVA_*[0-9][0-9]*_HOME\)=.*/\1/p; s/^\(JAVA_HOME_[0-9][0-9]*[A-Za-z0-9_]*\)=.*/\1/p; s/^\(JDK_*[0-9]*_HOME\)=.*/\1/p'); do
    eval "try_jdk \"\${$jdk_variable-}\"" && return 0
  done
  jdk_on_path=$(command -v javac 2>/dev/null) || jdk_on_path=
  if [ -n "$jdk_on_path" ]; then
    jdk_real=$(readlink -f "$jdk_on_path" 2>/dev/null) || jdk_real=$jdk_on_path
    try_jdk "${jdk_real%/bin/javac}" && return 0
  fi
  if [ -x /usr/libexec/java_home ]; then
    jdk_mac=$(/usr/libexec/java_home -v "${TURBO_JDK-21+}" 2>/dev/null) && try_jdk "$jdk_mac" && return 0
  fi
  set +f
  for jdk_dir in /usr/lib/jvm/* /usr/java/* /usr/local/java/* /opt/java/* /opt/jdk* /opt/*jdk* \
      /Library/Java/JavaVirtualMachines/*/Contents/Home "$HOME"/Library/Java/JavaVirtualMachines/*/Contents/Home \
      /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
      "$HOME"/.sdkman/candidates/java/* "$HOME"/.local/share/mise/installs/java/* "$HOME"/.asdf/installs/java/* \
      "$HOME"/.jdks/* "$HOME"/.jabba/jdk/* "$HOME"/jdk* /c/Program\ Files/*/jdk-*; do
    try_jdk "$jdk_dir" && return 0
  done
  echo "turbo needs a JDK, release ${TURBO_JDK-21 or newer}, and found none: install one (Debian, Ubuntu: apt install openjdk-21-jdk;" \
    "macOS: brew install openjdk; or https://adoptium.net) or set JAVA_HOME to it." >&2
  return 1
}

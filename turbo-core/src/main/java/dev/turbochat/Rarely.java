package dev.turbochat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Collections that most sessions never put anything into: they begin as the empty ones that all share, {@code List.of()} and
 * the like, and are made when the first thing comes. A million sessions that wait have some ten of them each. Whoever adds to
 * one keeps what is returned.
 */
final class Rarely {
    private Rarely() {}

    /** The list with one more at its end. */
    static <T> List<T> add(List<T> list, T one) {
        List<T> grown = list.isEmpty() ? new ArrayList<>() : list;
        grown.add(one);
        return grown;
    }

    /** The set with this in it. */
    static <T> Set<T> add(Set<T> set, T one) {
        Set<T> grown = set.isEmpty() ? new HashSet<>() : set;
        grown.add(one);
        return grown;
    }

    /** The map with this in it. */
    static <K, V> Map<K, V> put(Map<K, V> map, K key, V value) {
        Map<K, V> grown = map.isEmpty() ? new HashMap<>() : map;
        grown.put(key, value);
        return grown;
    }

    /** The map, which remembers the order in which things came, with this at its end. */
    static <K, V> Map<K, V> putLast(Map<K, V> map, K key, V value) {
        Map<K, V> grown = map.isEmpty() ? new LinkedHashMap<>() : map;
        grown.remove(key);
        grown.put(key, value);
        return grown;
    }
}

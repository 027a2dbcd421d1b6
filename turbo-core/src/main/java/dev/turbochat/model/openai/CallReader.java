package dev.turbochat.model.openai;

import dev.turbochat.model.http.CallDraft;
import dev.turbochat.model.http.Candidate;
import dev.turbochat.model.http.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads tool calls, several at a time and each in pieces. They are told apart by their index; where a server gives none,
 * or the same to all, by their ids and names. Not thread-safe.
 */
final class CallReader {
    private static final int NO_INDEX = -1;

    private final JsonParser parser;
    private final List<Piece> pieces = new ArrayList<>(2);
    private final Map<List<Integer>, Integer> places = new HashMap<>();

    /** A piece of a call. */
    private static final class Piece {
        int index = NO_INDEX;
        String id = "";
        String name = "";
        String arguments = "";
    }

    CallReader(JsonParser parser) {
        this.parser = parser;
    }

    /** Reads the list that has just begun. */
    void list(JsonToken token) {
        if (token != JsonToken.START_ARRAY) {
            Json.skip(parser);
            return;
        }
        while (Json.next(parser) != JsonToken.END_ARRAY) {
            if (parser.currentToken() == JsonToken.START_OBJECT) {
                pieces.add(call(new Piece()));
            } else {
                Json.skip(parser);
            }
        }
    }

    /** Reads the one call of the format's old form, which has a name and arguments only. */
    void one(JsonToken token) {
        if (token != JsonToken.START_OBJECT) {
            Json.skip(parser);
            return;
        }
        Piece piece = new Piece();
        piece.index = 0;
        function(piece);
        pieces.add(piece);
    }

    private Piece call(Piece piece) {
        while (Json.next(parser) != JsonToken.END_OBJECT) {
            String field = parser.currentName();
            JsonToken value = Json.next(parser);
            if (field.equals("index") && value == JsonToken.VALUE_NUMBER_INT) {
                piece.index = parser.getValueAsInt();
            } else if (field.equals("id") && value == JsonToken.VALUE_STRING) {
                piece.id = parser.getString();
            } else if (field.equals("function") && value == JsonToken.START_OBJECT) {
                function(piece);
            } else {
                Json.skip(parser);
            }
        }
        return piece;
    }

    private void function(Piece piece) {
        while (Json.next(parser) != JsonToken.END_OBJECT) {
            String field = parser.currentName();
            JsonToken value = Json.next(parser);
            if (field.equals("name") && value == JsonToken.VALUE_STRING) {
                piece.name = parser.getString();
            } else if (field.equals("arguments") && value == JsonToken.VALUE_STRING) {
                piece.arguments = parser.getString();
            } else if (field.equals("arguments") && value == JsonToken.START_OBJECT) {
                piece.arguments = Json.raw(parser); // as Ollama's own format has them
            } else {
                Json.skip(parser);
            }
        }
    }

    /** Whether anything has been read that {@link #take} will give. */
    boolean hasPieces() {
        return !pieces.isEmpty();
    }

    /** Gives the candidate what has been read of its calls. */
    void take(int candidateIndex, Candidate candidate) {
        for (Piece piece : pieces) {
            candidate
                    .call(place(candidateIndex, candidate, piece))
                    .id(piece.id)
                    .name(piece.name)
                    .arguments(piece.arguments);
        }
        pieces.clear();
    }

    private int place(int candidateIndex, Candidate candidate, Piece piece) {
        List<Integer> key = List.of(candidateIndex, piece.index);
        Integer known = places.get(key);
        if (known != null && !isAnother(candidate.call(known), piece)) {
            return known;
        }
        int place = candidate.calls();
        places.put(key, place);
        return place;
    }

    /** Whether a piece begins another call than the one that its index names. */
    private static boolean isAnother(CallDraft call, Piece piece) {
        if (!piece.id.isEmpty() && !call.id().isEmpty()) {
            return !piece.id.equals(call.id());
        }
        return piece.index == NO_INDEX && !piece.name.isEmpty() && call.isNamed();
    }
}

package dev.turbochat.memory;

import java.math.BigDecimal;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ValueNode;

/**
 * What Jackson binds of an entry's line. It is made when it is needed first: a process that begins a session writes its first
 * entries without, and has its first word sooner.
 */
final class Binding {
    /** Well beyond what a value of a program may have. */
    private static final int DEPTH = 1_900;

    /** What is written of a body lies some levels down in a line that is read. */
    private static final int AROUND = 100;

    /** Reads whatever it wrote: no limit is lower for reading than for writing, and no number loses a digit. */
    static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNameLength(Integer.MAX_VALUE)
                            .maxNumberLength(Integer.MAX_VALUE)
                            .maxStringLength(Integer.MAX_VALUE)
                            .maxNestingDepth(DEPTH + AROUND)
                            .build())
                    .streamWriteConstraints(StreamWriteConstraints.builder()
                            .maxNestingDepth(DEPTH)
                            .build())
                    .build())
            .enable(JsonNodeFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .nodeFactory(new Numbers())
            .build();

    static final ObjectReader READER = MAPPER.readerFor(Body.class);

    /** Reads bodies in the midst of lines. */
    static final ObjectReader INNER_READER = READER.without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    static final ObjectWriter WRITER = MAPPER.writerFor(Body.class);

    private Binding() {}

    /** Has a number that a double would have written be a double again; any other stays the decimal that it is. */
    private static final class Numbers extends JsonNodeFactory {
        private static final long serialVersionUID = 1;

        @Override
        public ValueNode numberNode(BigDecimal number) {
            double near = number.doubleValue();
            boolean same = Double.isFinite(near)
                    && BigDecimal.valueOf(near).toString().equals(number.toString()); // 1.10 is not 1.1
            return same ? numberNode(near) : super.numberNode(number);
        }
    }
}
